package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"golang.org/x/text/unicode/norm"

	"tandem/internal/people/contact"
)

// firm is a business that may use bikes for its work.
type firm struct {
	name, domain string
	trade        trade
	town         town
	street       string
	owner        colleague
}

// alone is how many firms bear a name without their town.
const alone = 700

// firmOf is the firm of a number. Chance gives it nothing that depends on who works there, so all of them say the same of it.
func firmOf(number int) firm {
	c := chance{rand.New(rand.NewPCG(^uint64(seed), uint64(number)))}
	f := firm{trade: from(c, trades), town: from(c, towns), street: c.street(), owner: tom}
	if c.is(.3) {
		f.owner = mara
	}
	f.name = f.trade.named(c)
	if number > alone {
		f.name += " " + f.town.name
	}
	f.domain = domainOf(f.name)
	return f
}

// named is what a firm of the trade is called: after somebody, or after something.
func (t trade) named(c chance) string {
	switch luck := c.Float64(); {
	case luck < .3:
		return t.word + " " + from(c, lastNames)
	case luck < .45:
		return from(c, lastNames) + " " + t.word
	case luck < .55:
		return from(c, firstNames) + " & Co " + t.word
	}
	return t.word + " " + from(c, signs)
}

// domainOf is a name as an address on the net.
func domainOf(name string) string {
	return plain(name) + ".example"
}

// plain is a name in the letters that addresses are made of.
func plain(name string) string {
	folded := strings.NewReplacer("ø", "o", "ł", "l").Replace(norm.NFD.String(strings.ToLower(name)))
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, folded)
}

func (c chance) street() string { return fmt.Sprintf("%s %d", from(c, streets), 1+c.IntN(180)) }

// company is the firm as a row.
func (l *life) company() contact.CompanyRow {
	address := "info@" + l.works.domain
	return contact.CompanyRow{
		Name: l.works.name, Domain: l.works.domain, Owner: l.works.owner.name, CreatedAt: l.row.CreatedAt, Tags: []contact.Tag{tagged(l.works.trade.name)},
		Emails: []contact.Email{{Key: address, Shown: address}},
		Place:  contact.Place{Street: l.works.street, City: l.works.town.name, PostalCode: l.works.town.postal, Country: l.works.town.country},
	}
}
