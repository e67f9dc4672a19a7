package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed static
var static embed.FS

// files serves our own styles, scripts and fonts under a path that changes with them, so that browsers may keep them for good.
type files struct {
	path    string // such as /static/3f9a…, without a slash at the end
	handler http.Handler
}

func newFiles() (files, error) {
	tree, err := fs.Sub(static, "static")
	if err != nil {
		return files{}, fmt.Errorf("read our own files: %w", err)
	}
	hash := sha256.New()
	err = fs.WalkDir(tree, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(tree, path)
		hash.Write([]byte(path))
		hash.Write(b)
		return err
	})
	if err != nil {
		return files{}, fmt.Errorf("read our own files: %w", err)
	}
	path := "/static/" + hex.EncodeToString(hash.Sum(nil))[:12]
	server := http.StripPrefix(path+"/", http.FileServerFS(tree))
	return files{path, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r) // no lists of files
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		server.ServeHTTP(w, r)
	})}, nil
}
