package ui

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
)

// Toast says what was just done, and how to take it back.
type Toast struct {
	Text string `json:"text"`
	Undo string `json:"undo,omitempty"` // a path that takes a POST, "" where there is no way back
}

const toastCookie = "toast"

// Done says what was done: on the page that the browser goes to next, or at once where htmx swaps a part. undo is the path of a POST that takes
// it back, or "".
func (r *Request) Done(w http.ResponseWriter, text, undo string) {
	b, err := json.Marshal(Toast{text, undo})
	if err != nil {
		panic("ui: texts always become JSON: " + err.Error())
	}
	r.done = b
	if r.Partial() {
		w.Header().Set("HX-Trigger", `{"toast":`+asciiJSON(b)+`}`)
		return
	}
	r.sayLater(w)
}

// sayLater leaves what was done to the page that the browser goes to next.
func (r *Request) sayLater(w http.ResponseWriter) {
	if r.done == nil {
		return
	}
	w.Header().Del("HX-Trigger")
	http.SetCookie(w, &http.Cookie{
		Name: toastCookie, Value: base64.RawURLEncoding.EncodeToString(r.done), Path: "/", MaxAge: 60, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: r.Secure(),
	})
}

// takeToast is the toast that waits for this page, if any; it is shown once. A cookie is anybody's text, so it is only ever shown as text, and
// an undo may only lead to our own site.
func takeToast(w http.ResponseWriter, r *Request) *Toast {
	c, err := r.Cookie(toastCookie)
	if err != nil {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: toastCookie, Path: "/", MaxAge: -1})
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	var t Toast
	if json.Unmarshal(b, &t) != nil || t.Text == "" {
		return nil
	}
	t.Undo = LocalPath(t.Undo)
	return &t
}

// LocalPath is a path of this site as it was given, or "" if it leads elsewhere.
func LocalPath(path string) string {
	if len(path) == 0 || path[0] != '/' || len(path) > 1 && (path[1] == '/' || path[1] == '\\') {
		return ""
	}
	for _, c := range path {
		if c < ' ' || c == '\\' {
			return ""
		}
	}
	return path
}

// asciiJSON escapes what may not stand in a header.
func asciiJSON(b []byte) string {
	var out []byte
	for _, c := range string(b) {
		switch {
		case c < 0x80:
			out = append(out, byte(c))
		case c > 0xffff:
			c -= 0x10000
			out = append(out, hex16(0xd800+(c>>10))...)
			out = append(out, hex16(0xdc00+(c&0x3ff))...)
		default:
			out = append(out, hex16(c)...)
		}
	}
	return string(out)
}

func hex16(c rune) string {
	const digits = "0123456789abcdef"
	return `\u` + string([]byte{digits[c>>12&15], digits[c>>8&15], digits[c>>4&15], digits[c&15]})
}
