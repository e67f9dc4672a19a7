package ui

import (
	"io"
	"net/http"
)

// Sheet makes the answer a CSV file of that name, as soon as something is written to it. It begins with the mark by which Excel knows UTF-8;
// an import passes it by.
func Sheet(w http.ResponseWriter, name string) io.Writer { return &sheet{w: w, name: name} }

type sheet struct {
	w     http.ResponseWriter
	name  string
	begun bool
}

func (s *sheet) Write(b []byte) (int, error) {
	if !s.begun {
		s.begun = true
		s.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		s.w.Header().Set("Content-Disposition", `attachment; filename="`+s.name+`"`)
		if _, err := io.WriteString(s.w, "\ufeff"); err != nil {
			return 0, err
		}
	}
	return s.w.Write(b)
}
