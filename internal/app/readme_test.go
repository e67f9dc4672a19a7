package app

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"tandem/internal/clock"
)

// TestTheReadmesCommandsWork runs every command of the README's fenced blocks that begins with ./tandem, or with go run, as a newcomer would.
func TestTheReadmesCommandsWork(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	url := "sqlite:" + t.TempDir() + "/tandem.db"
	ran := 0
	for line := range strings.Lines(string(readme)) {
		line = strings.Replace(strings.TrimSpace(line), "go run . ", "./tandem ", 1)
		command, ok := strings.CutPrefix(line, "./tandem ")
		if !ok {
			continue
		}
		ran++
		args := strings.Fields(command)
		if args[0] == "demo" || args[0] == "serve" {
			args = append(args, "--addr", "127.0.0.1:0")
		}
		if args[0] != "demo" { // it has a database of its own
			args = append(args, "--db", url)
		}
		ctx, cancel := context.WithCancel(t.Context())
		out, wrong := until{says: "http://", then: cancel}, bytes.Buffer{}
		status := Run(ctx, Process{
			Version: "test", Args: args, Env: func(string) string { return "" },
			In: strings.NewReader(""), Out: &out, Err: &wrong, Clock: clock.System{},
		})
		cancel()
		if status != 0 || out.Len() == 0 {
			t.Errorf("%s: exit %d, printed %q, complained %q", command, status, out.String(), wrong.String())
		}
	}
	if ran < 8 {
		t.Errorf("the README shows %d commands; it used to show 8", ran)
	}
}

// until ends a server when it has said where it is.
type until struct {
	bytes.Buffer
	says string
	then func()
}

func (u *until) Write(b []byte) (int, error) {
	n, err := u.Buffer.Write(b)
	if strings.Contains(u.String(), u.says) {
		u.then()
	}
	return n, err
}
