package exchange_test

import (
	"testing"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/test/dbtest"
)

// stripe lists, beside a payment that came in, one that was given back in part and ones that never came.
const stripe = `id,Created date (UTC),Amount,Amount Refunded,Currency,Refunded date (UTC),Status,Customer Email
ch_1,2026-05-01 10:00:00,100.00,0.00,eur,,Paid,ann@x.example
ch_2,2026-05-02 10:00:00,50.00,20.00,eur,2026-05-09 11:00:00,Partial Refund,bob@x.example
ch_3,2026-05-03 10:00:00,70.00,0.00,eur,,Failed,bob@x.example
ch_4,2026-05-04 10:00:00,80.00,0.00,eur,,requires_payment_method,bob@x.example
`

func TestOnlyMoneyThatCameInAndStayedCounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		before := h.state()
		r := h.takes(exchange.Payments, stripe, exchange.Options{})
		h.expect("rows", counts(r), [4]int{2, 0, 0, 2})
		h.expect("a payment that failed", r.Problems[0].Column+" "+r.Problems[0].Problem, "Status is no state in which money has come in")
		h.expect("money", h.lines(`SELECT kind || ' ' || amount AS line FROM payment WHERE workspace_id = $1 AND removed_at IS NULL`),
			"payment 10000\npayment 5000\nrefund 2000\n")
		h.expect("again", counts(h.takes(exchange.Payments, stripe, exchange.Options{})), [4]int{0, 0, 2, 2})
		h.undoes(r.ImportID, 0)
		h.same("taken back", before, h.state())
	})
}
