package exchange_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
)

// whole is a row of each kind that can be imported.
var whole = map[exchange.Kind]string{
	exchange.Contacts:  "email=ann@x.example",
	exchange.Companies: "name=Acme",
	exchange.Touches:   "contact=ann@x.example,at=2026-05-01,kind=call",
	exchange.Deals:     "external_id=d,name=Bikes,amount=5,currency=EUR",
	exchange.Payments:  "external_id=p,at=2026-05-01,amount=5,currency=EUR,contact=ann@x.example",
	exchange.Costs:     "at=2026-05-01,amount=5,currency=EUR",
	exchange.Rates:     "currency=USD,at=2026-05-01,rate=1.1",
}

func TestAVeryLongCellIsTakenOrIsAProblemOfItsRow(t *testing.T) {
	noise := make([]byte, 9_000) // too long for an index, and nothing makes it shorter
	for i := range noise {
		noise[i] = byte(rand.N(256))
	}
	long := base64.RawURLEncoding.EncodeToString(noise)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for kind, row := range whole {
			fields := append(exchange.FieldNames(kind), "field.own")
			if !exchange.TakesOwn(kind) {
				fields = fields[:len(fields)-1]
			}
			for _, field := range fields {
				for _, cell := range []string{long, long + "@x.example", "+32" + strings.Repeat("4", 9_000), strings.Repeat("9", 9_000)} {
					if _, err := h.Import(t.Context(), h.ws, team.Console(), kind, h.file("long.csv", with(row, field, cell)), exchange.Options{Base: "EUR"}); err != nil {
						t.Errorf("%s: %s of %.12s…: %.300s", kind, field, cell, fmt.Sprint(err))
					}
				}
			}
		}
	})
}

// with is a file of one row, a field of which has another cell.
func with(row, field, cell string) string {
	header, cells := field, cell
	for _, pair := range strings.Split(row, ",") {
		if name, value, _ := strings.Cut(pair, "="); name != field {
			header, cells = header+","+name, cells+","+value
		}
	}
	return header + "\n" + cells + "\n"
}
