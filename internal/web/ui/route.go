package ui

import (
	"log/slog"
	"net/http"

	"tandem/internal/house"
	"tandem/internal/i18n"
	"tandem/internal/team"
)

// House is what the sections of the site are built from.
type House struct {
	house.Services
	Catalogue *i18n.Catalogue
	PublicURL string // such as https://tandem.example.com, without a slash at the end; "" if nobody said
	Version   string
	Spec      []byte // the API's description, OpenAPI 3.1 as YAML
	Log       *slog.Logger
	Client    func(*http.Request) string // the address of whoever asks; nil believes the connection
}

// Route is one thing that the site answers.
type Route struct {
	Pattern string     // as net/http has it: "GET /people/{id}"
	Right   team.Right // what whoever asks must have; Stranger for everybody
	MaxBody int64      // of the request's body, in bytes; 0 is 1 MB
	Do      func(w http.ResponseWriter, r *Request) error
}

// Stranger is the right that everybody has, signed in or not.
const Stranger team.Right = "stranger"

const maxBody = 1 << 20
