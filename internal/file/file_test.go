package file_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tandem/internal/fault"
	"tandem/internal/file"
)

func TestTheSameContentIsOneFileOfItsWorkspace(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "files")
	s := file.In(folder)
	one, err := s.Keep(7, strings.NewReader("a,b\n"), 10)
	if err != nil {
		t.Fatal(err)
	}
	two, err := s.Keep(7, strings.NewReader("a,b\n"), 4)
	if err != nil || one != two || one.Size != 4 {
		t.Fatalf("%v and %v, %v", one, two, err)
	}
	b, err := os.ReadFile(s.Path(7, one.Hash))
	if err != nil || string(b) != "a,b\n" {
		t.Errorf("holds %q, %v", b, err)
	}
	if _, err := os.Stat(s.Path(8, one.Hash)); !os.IsNotExist(err) {
		t.Errorf("another workspace has it: %v", err)
	}
	if path := s.Path(7, "../../etc/passwd"); !strings.HasPrefix(path, folder) || strings.Contains(path, "passwd") {
		t.Errorf("a hash that is none leads to %s", path)
	}
	for range 2 {
		if err := s.Remove(7, one.Hash); err != nil {
			t.Error(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(folder, "*", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestAFileThatIsTooLargeOrBreaksOffIsNotKept(t *testing.T) {
	folder := t.TempDir()
	s := file.In(folder)
	if _, err := s.Keep(7, strings.NewReader("12345"), 4); !fault.Is(err, fault.Invalid) {
		t.Errorf("too large: %v", err)
	}
	broken, w := io.Pipe()
	go func() {
		_, _ = w.Write([]byte("12"))
		w.CloseWithError(io.ErrUnexpectedEOF)
	}()
	if _, err := s.Keep(7, broken, 4); err == nil {
		t.Error("a file that broke off was kept")
	}
	left, err := filepath.Glob(filepath.Join(folder, "*", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
