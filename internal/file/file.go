// Package file keeps files in a folder beside the database, each under the hash of what is in it: the same content twice is one file, and a file
// that a name leads to is never another one later.
//
// Files are kept by area, one for each workspace, so that nobody reaches another's by knowing a hash. Content streams to disk and is there
// for good before Keep returns. Which file belongs to what, and when it may go, is known by the tables that name it.
package file

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"

	"tandem/internal/fault"
	"tandem/internal/id"
)

// Store is a folder of files. The folder is made with the first file.
type Store struct{ folder string }

// In is the store in a folder.
func In(folder string) *Store { return &Store{folder} }

// Ref names a file: what is in it, and how much.
type Ref struct {
	Hash string // hexadecimal SHA-256
	Size int64  // bytes
}

// Keep stores what it reads, at most limit bytes; more is a fault.Invalid, and nothing is kept.
func (s *Store) Keep(area id.Workspace, from io.Reader, limit int64) (Ref, error) {
	folder := s.area(area)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return Ref{}, unavailable(err)
	}
	f, err := os.CreateTemp(folder, "coming-*")
	if err != nil {
		return Ref{}, unavailable(err)
	}
	ref, err := fill(f, from, limit)
	if err == nil {
		err = os.Rename(f.Name(), s.Path(area, ref.Hash))
	}
	if err != nil {
		return Ref{}, errors.Join(err, os.Remove(f.Name()))
	}
	return ref, nil
}

// fill writes the file to the disk and closes it.
func fill(f *os.File, from io.Reader, limit int64) (Ref, error) {
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(f, hash), io.LimitReader(from, limit+1))
	switch {
	case err != nil:
		err = fmt.Errorf("store a file: %w", err)
	case n > limit:
		err = fault.Invalidf("the file is larger than %d MB", limit>>20).WithMend("split it, or import it with the command line")
	default:
		err = f.Sync()
	}
	return Ref{hex.EncodeToString(hash.Sum(nil)), n}, errors.Join(err, f.Close())
}

func unavailable(err error) error {
	return fault.Unavailablef("the folder for files cannot be written: %w", err).WithMend("check its rights, and the room on the disk")
}

func (s *Store) area(area id.Workspace) string { return filepath.Join(s.folder, id.ID(area).String()) }

var isHash = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Path is where a file lies, whether it is there or not. What is no hash leads nowhere.
func (s *Store) Path(area id.Workspace, hash string) string {
	if !isHash.MatchString(hash) {
		return filepath.Join(s.area(area), "none")
	}
	return filepath.Join(s.area(area), hash)
}

// Remove takes a file away for good. One that is not there is no error.
func (s *Store) Remove(area id.Workspace, hash string) error {
	if err := os.Remove(s.Path(area, hash)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove a file: %w", err)
	}
	return nil
}
