// Package web is the site: the door for people with a browser. Each folder is a section, named as its URL; ui is what they all stand on. The
// list below is the site's table of contents.
package web

import (
	"net/http"
	"slices"

	"tandem/internal/web/account"
	"tandem/internal/web/companies"
	"tandem/internal/web/docs"
	"tandem/internal/web/imports"
	"tandem/internal/web/loop"
	"tandem/internal/web/palette"
	"tandem/internal/web/people"
	"tandem/internal/web/settings"
	"tandem/internal/web/signin"
	"tandem/internal/web/today"
	"tandem/internal/web/ui"
)

// Routes are everything that the site answers.
func Routes(h ui.House) []ui.Route {
	return slices.Concat(
		signin.Routes(h),
		today.Routes(h),
		palette.Routes(h),
		loop.Routes(h),
		people.Routes(h),
		companies.Routes(h),
		imports.Routes(h),
		settings.Routes(h),
		account.Routes(h),
		docs.Routes(h),
	)
}

// New is the site. around, if given, stands before each route.
func New(h ui.House, around ...func(ui.Route) ui.Route) (http.Handler, error) {
	routes := Routes(h)
	for _, wrap := range around {
		for i := range routes {
			routes[i] = wrap(routes[i])
		}
	}
	return ui.Handler(h, routes)
}
