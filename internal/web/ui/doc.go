// Package ui is what every page of the site stands on: routes and who may take them, the request as a page sees it, the frame around pages,
// typed templates, words and figures in the reader's language, icons, styles and the few lines of script.
//
// A section of the site is a folder beside this one. Its Routes lists what it answers, each with the right that is needed; Handler turns the
// lists of all sections into one handler. A page is a struct that embeds Frame, with a template that defines "main" and, if it likes,
// "acts" (the buttons at the top right) and "panel"; see Page. A fragment that htmx swaps is a struct that embeds Voice, with a template of its
// own that the page includes too; see Part. Templates get nothing but their struct, so a test can check them (htmltest.Check).
//
// A route's Do reads the request, calls one use case, and renders or redirects (Request.Go). What it returns as an error is shown by its kind:
// fault.Invalid as 422, Forbidden 403, NotFound 404, Conflict 409, TooMany 429, Unavailable 503, and everything else as one neutral sentence
// with a reference that the log has too. A form that was filled in wrongly is shown again by its own route, with Status(422).
//
// Nothing on a page runs from inside the page: the policy allows scripts and styles from our own files, and of style attributes only what
// carries data (--v and its kin). Requests that change something are refused if they come from another site.
package ui
