package webtest

import (
	"testing"

	"github.com/jba/templatecheck"

	"tandem/internal/web/ui"
)

// Templates checks that each page's template asks its struct for nothing that is not there.
func Templates(t *testing.T, pages ...ui.Checkable) {
	t.Helper()
	for _, p := range pages {
		if err := templatecheck.CheckHTML(p.Template(), p.Sample()); err != nil {
			t.Errorf("%s: %v", p.Name(), err)
		}
	}
}
