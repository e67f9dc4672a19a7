package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tandem/internal/db"
	"tandem/internal/exchange"
	"tandem/internal/id"
	"tandem/internal/team"
)

// Import is a file that comes in: tried first, then imported.
type Import struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	File      string    `json:"file"`
	State     string    `json:"state" enum:"brought,checking,checked,importing,stopping,stopped,done,failed,undoing,undone"`
	Problem   string    `json:"problem,omitempty"`
	Trial     *Verdicts `json:"trial,omitempty" doc:"What an import would do"`
	Result    *Verdicts `json:"result,omitempty" doc:"What the import did so far"`
	Kept      int       `json:"kept,omitempty" doc:"Records that an undo left, because they have a history by now"`
	CreatedAt time.Time `json:"created_at"`
}

// Verdicts are what becomes of the rows.
type Verdicts struct {
	Rows      int                `json:"rows"`
	Created   int                `json:"created"`
	Updated   int                `json:"updated"`
	Unchanged int                `json:"unchanged"`
	Skipped   int                `json:"skipped"`
	LeftOut   int                `json:"left_out" doc:"Rows that somebody left out by hand"`
	Problems  []exchange.Problem `json:"problems"`
}

func (d *door) imports() {
	asking(d, operation(http.MethodGet, "/imports", "list-imports", "List imports, the newest first", "imports"), d.listImports)
	asking(d, operation(http.MethodGet, "/imports/{id}", "get-import", "Read how far an import is, with the verdicts on its rows", "imports"), d.oneImport)
	op := making("/imports", "bring-file", "Bring a file as the request's body: it is tried, and imported only when it is started. The same rows again change nothing.", "imports")
	op.MaxBodyBytes = exchange.MaxUpload
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"text/csv": {Schema: &huma.Schema{Type: "string"}}, "application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}},
	}}
	huma.Register(d, op, func(ctx context.Context, in *file) (*Answer[Import], error) { return d.bring(ctx, op, in) })
	deed(d, operation(http.MethodPost, "/imports/{id}/start", "start-import", "Import a file that was tried", "imports"), d.decide(d.Exchange.Start))
	deed(d, operation(http.MethodPost, "/imports/{id}/stop", "stop-import", "Stop an import after the rows at hand", "imports"), d.decide(d.Exchange.Cancel))
	deed(d, operation(http.MethodPost, "/imports/{id}/undo", "undo-import", "Take an import back", "imports"), d.decide(d.Exchange.TakeBack))
}

type newestFirst struct {
	Before string `query:"before" maxLength:"13" doc:"next of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50" required:"false"`
}

func (d *door) listImports(ctx context.Context, tx *db.Tx, in *newestFirst) (List[Import], error) {
	before, err := optional("query.before", in.Before)
	if err != nil {
		return List[Import]{}, err
	}
	found, err := d.Exchange.Uploads(ctx, tx, before, in.Limit)
	if err != nil {
		return List[Import]{}, err
	}
	all := make([]Import, len(found))
	for i, u := range found {
		if all[i], err = d.importOf(ctx, tx, u); err != nil {
			return List[Import]{}, err
		}
	}
	return page(all, in.Limit, func(x Import) string { return x.ID }), nil
}

func (d *door) importOf(ctx context.Context, tx *db.Tx, u exchange.Upload) (Import, error) {
	out := Import{ID: u.ID.String(), Kind: string(u.Kind), File: u.File, State: string(u.State), Kept: u.Kept, CreatedAt: u.CreatedAt.Time()}
	if err := u.Refused(); err != nil {
		out.Problem = err.Error()
	}
	trial, err := u.Tried()
	if err != nil {
		return out, err
	}
	if trial != nil {
		out.Trial = verdictsOf(trial.Result)
	}
	run, found, err := d.Exchange.RunOf(ctx, tx, u)
	if found {
		out.Result = verdictsOf(run.Result)
	}
	return out, err
}

func verdictsOf(r exchange.Result) *Verdicts {
	v := &Verdicts{r.Rows, r.Created, r.Updated, r.Unchanged, r.Skipped, r.LeftOut, r.Problems}
	if v.Problems == nil {
		v.Problems = []exchange.Problem{}
	}
	return v
}

func (d *door) oneImport(ctx context.Context, tx *db.Tx, in *One) (Import, error) {
	of, err := in.id()
	if err != nil {
		return Import{}, err
	}
	u, err := d.Exchange.UploadOf(ctx, tx, of)
	if err != nil {
		return Import{}, err
	}
	return d.importOf(ctx, tx, u)
}

// file is a file as it comes: it is read while it arrives.
type file struct {
	Once
	Kind       string `query:"kind" enum:"contacts,companies,touches,deals,payments,costs,rates" required:"true"`
	Name       string `query:"name" maxLength:"200" doc:"Of the file"`
	Currency   string `query:"currency" maxLength:"3" doc:"Of all amounts, where no column says it"`
	DateFormat string `query:"date_format" maxLength:"50" doc:"Of times other than ISO 8601, such as DD/MM/YYYY"`
	Overwrite  bool   `query:"overwrite" doc:"Contacts and companies: replace what is there, not only fill what is empty"`
	Held       string `json:"held"` // what is in it
	content    io.Reader
}

// Resolve takes the body before anybody reads it.
func (f *file) Resolve(ctx huma.Context) []error {
	f.content = ctx.BodyReader()
	return nil
}

func (d *door) bring(ctx context.Context, op huma.Operation, in *file) (*Answer[Import], error) {
	w := who(ctx).Workspace
	as := exchange.Reading{Zone: w.Timezone, Base: w.Currency, Region: w.Country, DateFormat: in.DateFormat, Overwrite: in.Overwrite}
	if in.Currency != "" {
		as.Set = map[string]string{"currency": string(currency(in.Currency))}
	}
	limited := http.MaxBytesReader(nil, io.NopCloser(in.content), exchange.MaxUpload)
	held, err := d.Exchange.Hold(ctx, w.ID, who(ctx).Actor, exchange.Kind(in.Kind), in.Name, limited, as)
	if err != nil {
		return nil, d.problem(ctx, err)
	}
	in.Held = held.Content
	out, err := answer(ctx, d, op, in, func(ctx context.Context, tx *db.Tx, by team.Actor, _ *file) (Import, error) {
		u, err := d.Exchange.Take(ctx, tx, by, held)
		if err != nil {
			return Import{}, err
		}
		if err := d.Exchange.Choose(ctx, tx, by, u.ID, as); err != nil {
			return Import{}, err
		}
		return d.oneImport(ctx, tx, &One{u.ID.String()})
	})
	if err == nil {
		return out, nil
	}
	if left := d.Exchange.Drop(ctx, w.ID, held); left != nil {
		return nil, d.problem(ctx, left)
	}
	return nil, err
}

// decide is one decision about an import.
func (d *door) decide(do func(context.Context, *db.Tx, team.Actor, id.ID) error) func(context.Context, *db.Tx, team.Actor, *removal) (Import, error) {
	return func(ctx context.Context, tx *db.Tx, by team.Actor, in *removal) (Import, error) {
		of, err := in.id()
		if err != nil {
			return Import{}, err
		}
		if err := do(ctx, tx, by, of); err != nil {
			return Import{}, err
		}
		return d.oneImport(ctx, tx, &One{of.String()})
	}
}
