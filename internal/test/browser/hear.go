package browser

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Expect says that complaints with this text in them will come and are right, such as "status of 422" for a form filled in wrongly.
func (b *Tab) Expect(texts ...string) *Tab {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, texts...)
	return b
}

// Calm fails the test with whatever the tab has complained about since it was last asked.
func (b *Tab) Calm() {
	b.t.Helper()
	for _, problem := range b.heard() {
		b.t.Error(problem)
	}
}

func (b *Tab) heard() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	all := b.problems
	b.problems = nil
	return all
}

func (b *Tab) complain(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.ContainsFunc(b.expected, func(e string) bool { return strings.Contains(text, e) }) {
		b.problems = append(b.problems, b.At+": "+text)
	}
}

// hear is told of everything that happens in the tab, as it happens.
func (b *Tab) hear(event any) {
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			b.complain("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		b.complain("script: %s", thrown(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			b.complain("console: %s", said(e.Args))
		}
	case *network.EventLoadingFailed:
		if !e.Canceled {
			b.complain("request: %s %s", e.ErrorText, e.BlockedReason)
		}
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, b.base+"/") && !strings.HasPrefix(e.Request.URL, "data:") {
			b.complain("request leaves the site: %s", e.Request.URL)
		}
	case *page.EventJavascriptDialogOpening:
		b.complain("dialog: %s", e.Message)
		go b.closeDialog() // this must not wait: it runs where the answer would arrive
	}
}

func (b *Tab) closeDialog() {
	ctx, cancel := context.WithTimeout(b.ctx, time.Second)
	defer cancel()
	_, _ = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})
}

func thrown(d *runtime.ExceptionDetails) string {
	if d.Exception != nil {
		return d.Text + " " + d.Exception.Description
	}
	return d.Text
}

func said(args []*runtime.RemoteObject) string {
	var all []string
	for _, a := range args {
		all = append(all, string(a.Value)+a.Description)
	}
	return strings.Join(all, " ")
}
