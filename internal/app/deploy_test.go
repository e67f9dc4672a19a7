package app_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const deploy = root + "/deploy"

func deployed(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(deploy, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	flagSaid     = regexp.MustCompile(`(?:^|[\s"` + "`" + `])(--[a-z][a-z-]+)`)
	variableSaid = regexp.MustCompile(`TANDEM_[A-Z_]+`)
)

func TestWhatDeploySaysTheProgramUnderstands(t *testing.T) {
	help := newShop(t).must("serve", "--help")
	entries, err := os.ReadDir(deploy)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, e := range entries {
		text := deployed(t, e.Name())
		for _, name := range variableSaid.FindAllString(text, -1) {
			if seen++; !strings.Contains(help, name) {
				t.Errorf("%s says %s, which tandem serve does not read", e.Name(), name)
			}
		}
		for _, m := range flagSaid.FindAllStringSubmatch(text, -1) {
			ours := strings.HasPrefix(m[1], "--tls") || strings.HasSuffix(m[1], "-addr") || m[1] == "--addr" || m[1] == "--public-url"
			if ours && !strings.Contains(help, m[1]) {
				t.Errorf("%s says %s, which tandem serve does not know", e.Name(), m[1])
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d settings were found", seen)
	}
}

func TestTheServicesUnitIsRightAndTight(t *testing.T) {
	unit := filepath.Join(t.TempDir(), "tandem.service")
	// the check looks whether the program is there
	text := strings.ReplaceAll(deployed(t, "tandem.service"), "/usr/local/bin/tandem", os.Args[0])
	if err := os.WriteFile(unit, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"User=tandem", "StateDirectory=tandem", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the unit lacks %s", strings.TrimSpace(want))
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return // a system without systemd has no use for the unit
	}
	if out, err := exec.CommandContext(t.Context(), analyze, "verify", unit).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("verify: %v: %s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--threshold=20", "--no-pager", unit).CombinedOutput()
	if err != nil {
		t.Errorf("it is exposed at more than 2 of 10: %v: %s", err, out[max(0, len(out)-200):])
	}
}

// line is an instruction of a Dockerfile.
var line = regexp.MustCompile(`(?m)^([A-Z]+) (.*)$`)

func TestTheImageIsBuiltFromWhatIsThereAndHasNoRoot(t *testing.T) {
	text := deployed(t, "Dockerfile")
	user, command := "", []string(nil)
	for _, m := range line.FindAllStringSubmatch(text, -1) {
		switch words := strings.Fields(m[2]); m[1] {
		case "FROM":
			pinned(t, words[0])
		case "COPY":
			if !strings.HasPrefix(words[0], "--from") {
				copied(t, words[:len(words)-1])
			}
		case "USER":
			user = m[2]
		case "ENTRYPOINT", "CMD":
			var part []string
			if err := json.Unmarshal([]byte(m[2]), &part); err != nil {
				t.Errorf("%s: %v", m[0], err)
			}
			command = append(command, part...)
		}
	}
	if uid, err := strconv.Atoi(strings.Split(user, ":")[0]); err != nil || uid == 0 {
		t.Errorf("it runs as %q", user)
	}
	if !slices.Equal(command, []string{"/tandem", "serve"}) {
		t.Errorf("it runs %q", command)
	}
	if status, _, complaint := newShop(t).call(append(command[1:], "--help")...); status != 0 {
		t.Errorf("what it runs is no command: %s", complaint)
	}
}

// pinned checks the image that another is built on: a whole version, and of Go the one that the module asks for, or a later one of its line.
func pinned(t *testing.T, image string) {
	t.Helper()
	name, version, _ := strings.Cut(image, ":")
	if name == "scratch" {
		return
	}
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^go (\d+\.\d+)\.\d+$`).FindSubmatch(module)
	if m == nil || !regexp.MustCompile(`^`+regexp.QuoteMeta(string(m[1]))+`\.\d+-`).MatchString(version) {
		t.Errorf("%s is no version of the Go that go.mod names", image)
	}
}

// copied checks that the build finds its files, also past what it is told to ignore.
func copied(t *testing.T, paths []string) {
	t.Helper()
	let := strings.Fields(deployed(t, "Dockerfile.dockerignore"))
	for _, path := range paths {
		if _, err := os.Stat(filepath.Join(root, path)); err != nil {
			t.Errorf("it copies %s: %v", path, err)
		}
		if !slices.Contains(let, "!"+path) {
			t.Errorf("it copies %s, which is ignored", path)
		}
	}
}

func TestEverythingTheProgramIsMadeOfIsInTheImage(t *testing.T) {
	let := strings.Fields(deployed(t, "Dockerfile.dockerignore"))
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for _, path := range strings.Fields(string(out)) {
		folder, _, _ := strings.Cut(strings.TrimPrefix(path, "tandem/"), "/")
		if strings.HasPrefix(path, "tandem/") && !slices.Contains(let, "!"+folder) {
			t.Errorf("%s does not reach the image", path)
		}
	}
}

func TestTheExampleOfContainersIsWhole(t *testing.T) {
	var compose struct {
		Services map[string]struct {
			Build struct{ Context, Dockerfile string }
		}
	}
	if err := yaml.Unmarshal([]byte(deployed(t, "compose.yaml")), &compose); err != nil {
		t.Fatal(err)
	}
	build := compose.Services["tandem"].Build
	if _, err := os.Stat(filepath.Join(deploy, build.Context, build.Dockerfile)); err != nil || build.Dockerfile == "" {
		t.Errorf("it builds %+v: %v", build, err)
	}
	all := deployed(t, "README.md")
	err := filepath.WalkDir(deploy, func(path string, e fs.DirEntry, err error) error {
		if name := e.Name(); err == nil && !e.IsDir() && name != "README.md" && !strings.Contains(all, name) && name != "Dockerfile.dockerignore" {
			t.Errorf("README.md says nothing of %s", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
