package imports

import (
	"testing"

	"tandem/internal/db"
	"tandem/internal/team"
	"tandem/internal/test/dbtest"
	"tandem/internal/web/webtest"
)

var named = []string{"c0", "name", "f0", "name", "c1", "email", "f1", "email"}

func TestWhatIsSaidForAllStandsInEveryRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		at := v.tried("name,email\nAnn,ann@x.example\nBo,bo@x.example\n")
		v.Open(at).Is(200).Says("For all of them").One("datalist#l-owner option")
		said := append([]string{"s.channel", "Event", "s.campaign", "Velofair", "s.owner", "Inês Duarte", "s.tags", "fair; 2026", "s.lifecycle", "lead"}, named...)
		v.Post(at+"/columns", said...).Is(200)
		v.works()
		v.Open(at).Is(200).One("[name='s.campaign'][value=Velofair]")
		v.Post(at+"/columns", append([]string{"import", "1"}, said...)...).Is(200)
		v.works()
		v.Open(at).Is(200).Says("2 of 2 rows", "For all of them", "Velofair", "Inês Duarte", "New lead", "fair; 2026")
		n, err := count(v, `SELECT count(*) FROM contact c JOIN touch t ON t.workspace_id = c.workspace_id AND t.contact_id = c.id
			WHERE c.workspace_id = $1 AND c.owner = 'Inês Duarte' AND c.lifecycle = 'lead' AND t.channel = 'Event' AND t.campaign = 'Velofair'`)
		if err != nil || n != 2 {
			t.Errorf("%d people got what was said for all (%v)", n, err)
		}
		later := v.send("contacts", "later.csv", "name,email\nCas,cas@x.example\n").Is(200).At
		v.Open(later).One("[name='s.campaign'][value=Velofair]")
	})
}

func count(v visitor, query string) (n int, err error) {
	err = v.site.DB.Read(v.t.Context(), v.site.Workspace.ID, func(tx *db.Tx) error {
		n, err = db.One[int](v.t.Context(), tx, query, tx.Workspace())
		return err
	})
	return n, err
}

func TestAWrongValueForAllIsSaidWhereItStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		at := v.send("costs", "costs.csv", "at,channel,amount\n2026-05-01,Email,12.00\n2026-05-02,Email,13.00\n").Is(200).Says("does not say in which currency").At
		costs := []string{"c0", "at", "f0", "at", "c1", "channel", "f1", "channel", "c2", "amount", "f2", "amount"}
		v.Post(at+"/columns", append(costs, "s.currency", "qqq")...).Is(200)
		v.works()
		page := v.Open(at).Is(200).Hides("Download these rows")
		if page.One("[name='s.currency'][aria-invalid][value=QQQ]"); webtest.Attr(page.One("#e-currency"), "class") != "err" {
			t.Error("the wrong currency is not said beside it")
		}
		v.Post(at+"/columns", append(costs, "s.currency", "eur")...).Is(200)
		v.works()
		v.Open(at).Is(200).Says("Import 2 rows")
	})
}

func TestWhatWasChangedSinceTheTrialIsTriedBeforeItIsImported(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		at := v.tried("name,email\nAnn,ann@x.example\n")
		v.Post(at+"/columns", append([]string{"import", "1", "s.owner", "Bo"}, named...)...).Is(200).Says("The file is being tried", "What you changed is checked first")
		v.works()
		v.Post(at+"/columns", append([]string{"import", "1", "s.owner", "Bo"}, named...)...).Is(200).Says("is being imported")
	})
}

func TestAFileThatNobodyTouchedIsImportedAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		at := v.tried("name,email,Created At\nAnn,ann@x.example,21/05/2026\n")
		v.Post(at+"/columns", append([]string{"import", "1", "c2", "Created At", "f2", "created_at", "dates", "DD/MM/YYYY"}, named...)...).Is(200).Says("is being imported")
	})
}

// campaigns is a report whose days stand above its table.
const campaigns = "Campaign report\n\"July 8, 2026 - July 31, 2026\"\nCampaign,Currency code,Cost\nBrand,EUR,\"1,120.50\"\nGeneric,EUR,60.00\nTotal: Account,EUR,\"1,180.50\"\n"

func TestTheDaysOfAReportAreSaidForAllItsRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v := visit(t, d, team.Owner)
		page := v.send("costs", "Campaign report.csv", campaigns).Is(200).Says("No column is known as When or First day.", "or say it for all of them", "2 rows", "commas")
		page.One("input[type=date][name='s.from']")
		said := []string{"c0", "Campaign", "f0", "campaign", "c1", "Currency code", "f1", "currency", "c2", "Cost", "f2", "amount", "s.from", "2026-07-08", "s.to", "2026-07-31", "s.channel", "Paid Search"}
		v.Post(page.At+"/columns", said...).Is(200).Hides("No column is known")
		v.works()
		v.Post(page.At+"/columns", append([]string{"import", "1"}, said...)...).Is(200)
		v.works()
		v.Open(page.At).Is(200).Says("2 of 2 rows")
		n, err := count(v, "SELECT count(*) FROM cost WHERE workspace_id = $1 AND from_day = '2026-07-08' AND to_day = '2026-07-31'")
		if err != nil || n != 2 {
			t.Errorf("%d costs are of July (%v)", n, err)
		}
	})
}
