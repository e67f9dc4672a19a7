// Package exchange brings a business' own files in and takes everything out again.
//
// An import reads a table file twice. The first pass finds the header, decides for every column how its numbers and times are written, and
// notes which rows come twice; it writes nothing. The second pass puts rows in batches, each batch one transaction together with the
// verdict on each of its rows and how far the import has come. So after a kill -9 the same command goes on where it stopped, the same
// file again changes nothing, and an import can be undone, changed records included: their domains say what was there before.
//
// A field is fed by the column that is mapped to it, else by the column that bears its name or a name that other programs use for it.
// Files are read row by row: memory does not grow with them.
package exchange

import (
	"time"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/file"
	"tandem/internal/id"
	"tandem/internal/journey"
	"tandem/internal/ledger"
	"tandem/internal/money"
	"tandem/internal/people/consent"
	"tandem/internal/people/contact"
	"tandem/internal/people/field"
	"tandem/internal/sales/deal"
	"tandem/internal/sales/payment"
)

// Service imports, exports and undoes.
type Service struct {
	DB       *db.DB
	Clock    clock.Clock
	Journey  *journey.Service
	Ledger   *ledger.Service
	Contacts *contact.Service
	Fields   *field.Service
	Consents *consent.Service
	Deals    *deal.Service
	Payments *payment.Service
	Files    *file.Store // where uploads are kept
}

// Options say how a file is read. The zero value reads a file whose headers are field names.
type Options struct {
	Map        map[string]string // field to column; "" switches the match by name off
	Set        map[string]string // field to a value for every row
	System     string            // the namespace of external ids; "" is the workspace's own
	Zone       *time.Location    // of times without one; nil is UTC
	DateFormat string            // of times other than ISO 8601, such as DD/MM/YYYY HH:mm
	Decimal    string            // "point", "comma", or "" to decide by the column
	Overwrite  bool              // contacts and companies: replace what is there, not only fill what is empty
	Strict     bool              // refuse the whole file if one row has a problem
	Sheet      string            // of an XLSX file; "" is the first
	Delimiter  rune              // 0 is found out
	Charset    string            // of a text file, such as Shift_JIS; "" is found out
	Base       money.Currency    // the workspace's currency, against which rates are quoted
	Region     string            // ISO 3166: how telephone numbers without a country code are read
	Name       string            // of the file, where its path does not say it
	Right      Corrections       // what was put right by hand
	Out        []int             // the lines of the rows that are left out
	Progress   func(read, size int64, rows int)
}

// Corrections are cells put right by hand: by the line of the row and the name of the column, what it is instead. The second column of a name is
// NAME#2.
type Corrections map[int]map[string]string

// Result is what became of a file. Created, updated, unchanged, skipped and left out sum to the rows.
type Result struct {
	ImportID        id.ID     `json:"import_id"`
	Kind            Kind      `json:"kind"`
	File            string    `json:"file"`
	Rows            int       `json:"rows"`
	Created         int       `json:"created"`
	Updated         int       `json:"updated"`
	Unchanged       int       `json:"unchanged"`
	Skipped         int       `json:"skipped"`
	LeftOut         int       `json:"left_out,omitempty"`
	ContactsCreated int       `json:"contacts_created"`
	ProblemCount    int       `json:"problem_count"`
	Problems        []Problem `json:"problems"`
}

// Problem is why a row was skipped. Lines count from 1, the header's included.
type Problem struct {
	Line    int          `json:"line"`
	Column  string       `json:"column"`
	Value   string       `json:"value"`
	Problem string       `json:"problem"` // in English
	Why     *fault.Error `json:"-"`       // to be said in any language; nil of an import from before such were kept
}

// ProblemsShown is how many problems a Result lists; the rest stand with the import's rows.
const ProblemsShown = 1000

// batchRows is how many rows share a transaction: few enough that nobody waits long for the writer.
const batchRows = 500
