// Package api is the door for programs: REST under /api/v1, described by OpenAPI 3.1, which is made from this code and so is what it does.
//
// A program comes in by a token, which acts for the person who made it, within the rights they gave it; cookies count for nothing here.
// Lists are read on by key: each answer names where the next page begins. Mistakes are problems (RFC 9457). A request that changes something
// may carry an Idempotency-Key: sent again within a day it is answered as before and does nothing; the key is kept in the same
// transaction as the deed. Times are RFC 3339, amounts whole numbers of the currency's minor unit.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/klauspost/compress/gzhttp"

	"tandem/internal/fault"
	"tandem/internal/house"
	"tandem/internal/i18n"
	"tandem/internal/team"
)

// House is what the API is built from.
type House struct {
	house.Services
	Catalogue *i18n.Catalogue
	Version   string
	PerMinute int          // requests of one token; 0 for 1,200
	Log       *slog.Logger // nil for nobody
}

// door is the API on a house.
type door struct {
	House
	huma.API
	say   *i18n.Printer
	asked allowance
}

// Handler answers everything under /api/.
func Handler(h House) http.Handler {
	mux := http.NewServeMux()
	return gzhttp.GzipHandler(newDoor(h, mux).careful(readable(mux)))
}

// Spec is the API's description, OpenAPI 3.1 as YAML.
func Spec(h House) ([]byte, error) { return newDoor(h, http.NewServeMux()).OpenAPI().YAML() }

func newDoor(h House, mux *http.ServeMux) *door {
	d := &door{House: h, say: h.Catalogue.Printer("en")}
	c := huma.DefaultConfig("Tandem", "1")
	c.Info.Description = "Marketing and sales as one team. A token of Settings, Tokens lets a program in, as `Authorization: Bearer TOKEN`. " +
		"Amounts are whole numbers of the currency's minor unit; reports give sums as decimal texts. Times are RFC 3339 with a zone. Lists give `next`, the `after` of the page behind, until there is none. " +
		"A token has 1,200 requests a minute; `RateLimit` says what is left, and 429 with `Retry-After` when to come back. " +
		"A body has at most 5 MB, a file 200 MB. A record has an ETag; If-Match changes it only as it was read. Mistakes are application/problem+json (RFC 9457), " +
		"with the fields that are wrong. Programs come in from servers: browsers of other sites are not let in."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "/api/openapi", "", "", nil
	c.RejectUnknownQueryParameters, c.Formats, c.Transformers = true, formats(), []huma.Transformer{brief}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	c.Security = []map[string][]string{{"token": {}}}
	sumsAreTexts(c.Components.Schemas)
	d.API = humago.New(mux, c)
	d.UseMiddleware(d.limited, d.signed, d.paced)
	d.contacts()
	d.consents()
	d.fields()
	d.companies()
	d.touches()
	d.deals()
	d.payments()
	d.costs()
	d.segments()
	d.imports()
	d.reports()
	explain(d.OpenAPI())
	exemplify(d.OpenAPI())
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) { nowhere(mux, w, r) })
	return d
}

// nowhere answers what no operation answers: there is none at the address, or none of the method.
func nowhere(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if _, pattern := mux.Handler(&http.Request{Method: method, URL: r.URL, Host: r.Host}); strings.HasPrefix(pattern, method+" ") {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		refuse(w, http.StatusMethodNotAllowed, "this address takes "+strings.Join(allowed, " and "))
		return
	}
	refuse(w, http.StatusNotFound, "there is nothing at this address")
}

// limited sets the headers of every answer.
func (d *door) limited(ctx huma.Context, next func(huma.Context)) {
	ctx.SetHeader("Cache-Control", "no-store")
	ctx.SetHeader("X-Content-Type-Options", "nosniff")
	next(ctx)
}

type signedKey struct{}

// signed finds out who a token stands for.
func (d *door) signed(ctx huma.Context, next func(huma.Context)) {
	scheme, token, _ := strings.Cut(ctx.Header("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		d.stranger(ctx, "send a token, as Authorization: Bearer TOKEN")
		return
	}
	who, err := d.Team.Bearer(ctx.Context(), strings.TrimSpace(token))
	if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) {
		d.stranger(ctx, "this token is not known, or over")
		return
	}
	if err != nil {
		p := d.problem(ctx.Context(), err)
		_ = huma.WriteErr(d, ctx, p.GetStatus(), p.Error())
		return
	}
	next(huma.WithValue(ctx, signedKey{}, who))
}

func (d *door) stranger(ctx huma.Context, why string) {
	ctx.SetHeader("WWW-Authenticate", `Bearer realm="Tandem"`)
	_ = huma.WriteErr(d, ctx, http.StatusUnauthorized, why)
}

// who is whoever asks.
func who(ctx context.Context) team.Signed {
	signed, _ := ctx.Value(signedKey{}).(team.Signed)
	return signed
}

// operation describes one thing that the API does.
func operation(method, path, id, summary string, tag string) huma.Operation {
	return huma.Operation{
		Method: method, Path: "/api/v1" + path, OperationID: id, Summary: summary, Tags: []string{tag}, MaxBodyBytes: 5 << 20, RejectUnknownQueryParameters: true,
		Errors: mishaps(method),
	}
}

// mishaps are the problems that a request of a method may meet.
func mishaps(method string) []int {
	all := []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests}
	switch method {
	case http.MethodPut, http.MethodPatch:
		all = append(all, http.StatusPreconditionFailed, http.StatusPreconditionRequired)
		fallthrough
	case http.MethodPost:
		all = append(all, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	return all
}

// making is an operation that makes a record.
func making(path, id, summary string, tag string) huma.Operation {
	op := operation(http.MethodPost, path, id, summary, tag)
	op.DefaultStatus = http.StatusCreated
	return op
}
