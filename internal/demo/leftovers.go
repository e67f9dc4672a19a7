package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/people/contact"
	"tandem/internal/people/segment"
	"tandem/internal/sales/payment"
)

// leftovers are what is not in order in any real business: money that belongs to nobody, a sum without a rate, a list from a fair with mistakes in it,
// and an act on many people.
func (m *maker) leftovers(ctx context.Context) error {
	if err := m.write(ctx, m.lonelyMoney(ctx)); err != nil {
		return err
	}
	if err := m.fairList(ctx); err != nil {
		return err
	}
	return m.tagMany(ctx)
}

func (m *maker) lonelyMoney(ctx context.Context) func(*db.Tx) error {
	return func(tx *db.Tx) error {
		at := func(days int) clock.Micros { return clock.Of(m.now.AddDate(0, 0, -days)) }
		_, err := m.Payments.PutAll(ctx, tx, clock.Of(m.now), []payment.Row{
			{Key: "cash-0412", At: at(41), Amount: 145_00, Currency: euro, Has: payment.HasProduct, Product: "At the counter"},
			{Key: "cash-0413", At: at(23), Amount: 89_00, Currency: euro, Has: payment.HasProduct, Product: "At the counter"},
			{Key: "bank-SEK-1", At: at(64), Amount: 12_400_00, Currency: "SEK", Has: payment.HasProduct, Product: "Transfer without a name"},
		})
		return err
	}
}

// fairList imports a list that was typed at a stand.
func (m *maker) fairList(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "tandem-demo")
	if err != nil {
		return fmt.Errorf("make a folder for the list: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	file := filepath.Join(folder, "velofair-stand.csv")
	day := m.now.AddDate(0, 0, -18).Format(time.DateOnly)
	lines := []string{
		"external_id,name,email,phone,company,city,tags,created_at",
		"VF-01,Saar Moreels,saar.moreels@post.example,+32 499 00 00 01,,Ghent,velofair," + day,
		"VF-02,Giulia Conti,giulia@gelato-conti.example,+32 499 00 00 02,Gelato Conti,Bruges,velofair," + day,
		"VF-03,Pim Visser,pim.visser(at)post.example,,,Breda,velofair," + day,
		"VF-04,محمد العلي,mohamad@nur-catering.example,+32 499 00 00 04,Nur Catering,Brussels,velofair," + day,
		"VF-05,李伟,li.wei@post.example,,,Leuven,velofair," + day,
		"VF-06,Anke Roelandt,,,Roelandt Tuinen,Aalst,velofair,31 November",
		"VF-07,Tuur Segers,tuur@segers-drukwerk.example,+32 499 00 00 07,Segers Drukwerk,Aalst,velofair," + day,
	}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		return fmt.Errorf("write the list: %w", err)
	}
	_, err = m.Exchange.Import(ctx, m.ws.ID, m.crew.of(ines), exchange.Contacts, file, exchange.Options{Zone: m.zone, Base: euro, Region: "BE"})
	return err
}

// tagMany is an act on many people: it stands in the trail and can be taken back.
func (m *maker) tagMany(ctx context.Context) error {
	return m.write(ctx, func(tx *db.Tx) error {
		scope := segment.Scope{Workspace: m.ws.ID, Zone: m.zone, Now: m.now, Currency: euro}
		bakers := segment.Rule{All: []segment.Rule{{If: &segment.Condition{Field: "company", Op: segment.Contains, Value: "bakkerij"}}}}
		people, err := segment.IDs(ctx, tx, scope, segment.Query{Rule: bakers, Limit: 200}, 0)
		if err != nil || len(people) == 0 {
			return err
		}
		act, err := m.Contacts.StartBulk(ctx, tx, m.crew.of(ines), contact.AddTag, "bakery tour")
		if err != nil {
			return err
		}
		_, err = m.Contacts.BulkOn(ctx, tx, m.crew.of(ines), act, people)
		return err
	})
}
