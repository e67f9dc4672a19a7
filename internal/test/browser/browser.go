// Package browser drives Chromium for tests: a person who opens pages, types, clicks and looks.
//
// Start begins one Chromium for a test and all its subtests; Open gives each of them a Tab with cookies of its own, so they may run side by side.
// A tab complains by itself: a script's error, a violation of the page's policy, a request that fails or that leaves the site, or a dialog
// fails the test, unless the test said before that it will come (Expect). What a tab is told to do it waits for, up to a limit; a test never
// sleeps.
//
// Chromium is Debian's, which scripts/with-browser installs; CHROMIUM may name another. It gets an empty folder for its data, no name but the
// machine's own is resolved, and it is gone when the test ends, however it ends.
package browser

import (
	"cmp"
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Browser is one running Chromium.
type Browser struct{ ctx context.Context }

// limit is how long a page may take for anything. A machine under load needs room; a test that waits so long has failed.
const limit = 45 * time.Second

// Start runs a Chromium until the test and its subtests are over.
func Start(t testing.TB) *Browser {
	t.Helper()
	dir, err := os.MkdirTemp("", "tandem-browser")
	if err != nil {
		t.Fatal(err)
	}
	allocated, stop := chromedp.NewExecAllocator(context.Background(), flags(program(t), dir)...)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx) // it may have gone by itself; the folder tells
		cancel()
		stop()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return &Browser{ctx}
}

// program is where Chromium is.
func program(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath(cmp.Or(os.Getenv("CHROMIUM"), "chromium"))
	if err != nil {
		t.Fatalf("%v; run: make test PKG=./internal/app, or: scripts/with-browser go test ./internal/app", err)
	}
	return path
}

func flags(program, dir string) []chromedp.ExecAllocatorOption {
	all := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	return append(all, chromedp.ExecPath(program), chromedp.UserDataDir(dir), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"))
}
