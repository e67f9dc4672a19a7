package app

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"tandem/internal/clock"
)

// TestTheReadmesCommandsWork runs every command of the README's fenced blocks that begins with ./tandem, as a newcomer would.
func TestTheReadmesCommandsWork(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	url := "sqlite:" + t.TempDir() + "/tandem.db"
	ran := 0
	for line := range strings.Lines(string(readme)) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "./tandem ")
		if !ok {
			continue
		}
		ran++
		var out, wrong bytes.Buffer
		status := Run(t.Context(), Process{
			Version: "test", Args: append(strings.Fields(command), "--db", url), Env: func(string) string { return "" },
			In: strings.NewReader(""), Out: &out, Err: &wrong, Clock: clock.System{},
		})
		if status != 0 || out.Len() == 0 {
			t.Errorf("%s: exit %d, printed %q, complained %q", command, status, out.String(), wrong.String())
		}
	}
	if ran < 6 {
		t.Errorf("the README shows %d commands; it used to show 6", ran)
	}
}
