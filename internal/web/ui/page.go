package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
)

//go:embed templates/*.html
var templates embed.FS

// base are the frame and the components that every template may use.
func base() *template.Template {
	return template.Must(template.New("").Funcs(functions()).ParseFS(templates, "templates/*.html"))
}

// functions are the few that templates may call besides their struct's methods.
func functions() template.FuncMap {
	return template.FuncMap{"icon": icon, "initials": Initials, "css": CSS, "breaks": breakable, "wing": Wing, "kindIcon": KindIcon}
}

// Page is a whole page: a template with the struct that it shows.
type Page[T any] struct {
	name string
	tree *template.Template
}

// MustPage reads a page's templates. The first file names the page; they define "main", and what else of the frame they fill. A file that does
// not parse is a programmer's mistake, and panics at the start.
func MustPage[T any](files fs.FS, names ...string) Page[T] {
	return Page[T]{names[0], template.Must(base().ParseFS(files, names...))}
}

// framed is every struct that embeds Frame.
type framed interface{ frame() *Frame }

// Render answers with the page.
func (p Page[T]) Render(w http.ResponseWriter, r *Request, page T) error {
	return p.Status(w, r, http.StatusOK, page)
}

// Status answers with the page and a status, such as 422 for a form that has to be put right.
func (p Page[T]) Status(w http.ResponseWriter, r *Request, status int, page T) error {
	f, ok := any(&page).(framed)
	if !ok {
		panic("ui: the page " + p.name + " has no Frame")
	}
	if err := f.frame().fill(w, r); err != nil {
		return err
	}
	return answer(w, p.tree, f.frame().layout(), status, page)
}

// Name is the page's file, for tests.
func (p Page[T]) Name() string { return p.name }

// Template is the page with its frame, for tests.
func (p Page[T]) Template() *template.Template { return p.tree.Lookup("app") }

// Sample is an empty struct of the page's type, for tests.
func (p Page[T]) Sample() any { var empty T; return empty }

// Part is a fragment that htmx swaps in, and that a page includes as well.
type Part[T any] struct {
	name string
	tree *template.Template
}

// MustPart finds the template of a name in a page's files.
func MustPart[T any](files fs.FS, name string, names ...string) Part[T] {
	tree := template.Must(base().ParseFS(files, names...))
	if tree.Lookup(name) == nil {
		panic("ui: no template " + name)
	}
	return Part[T]{name, tree.Lookup(name)}
}

// voiced is every struct that embeds Voice.
type voiced interface{ speak(Voice) }

func (v *Voice) speak(as Voice) { *v = as }

// Render answers with the fragment.
func (p Part[T]) Render(w http.ResponseWriter, r *Request, part T) error {
	return p.Status(w, r, http.StatusOK, part)
}

// Status answers with the fragment and a status. 286 tells htmx to ask no more.
func (p Part[T]) Status(w http.ResponseWriter, r *Request, status int, part T) error {
	if v, ok := any(&part).(voiced); ok {
		v.speak(r.Voice)
	}
	return answer(w, p.tree, p.name, status, part)
}

// Name is the fragment's name, for tests.
func (p Part[T]) Name() string { return p.name }

// Template is the fragment, for tests.
func (p Part[T]) Template() *template.Template { return p.tree }

// Sample is an empty struct of the fragment's type, for tests.
func (p Part[T]) Sample() any { var empty T; return empty }

// Checkable is a page or a fragment, as the test that checks its template against its struct sees it.
type Checkable interface {
	Name() string
	Template() *template.Template
	Sample() any
}

// answer renders to memory first, so that a page that fails half-way is an error and not half a page.
func answer(w http.ResponseWriter, tree *template.Template, name string, status int, data any) error {
	var b bytes.Buffer
	if err := tree.ExecuteTemplate(&b, name, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	_ = err // whoever asked has gone; there is nobody to tell
	return nil
}
