package serve_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tandem/internal/serve"
)

// pipes is a network without a network: what is written waits until somebody reads it, and time passes only when everybody waits.
type pipes struct {
	waiting chan net.Conn
	closed  chan struct{}
	close   func()
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.waiting:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.close(); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// slowly lets somebody talk to a handler in a bubble of time of their own.
func slowly(t *testing.T, story func(t *testing.T, dial func(http.HandlerFunc) net.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &pipes{waiting: make(chan net.Conn), closed: make(chan struct{})}
		l.close = sync.OnceFunc(func() { close(l.closed) })
		story(t, func(handler http.HandlerFunc) net.Conn {
			go func() { _ = serve.On(l, handler) }()
			theirs, ours := net.Pipe()
			l.waiting <- ours
			t.Cleanup(func() { _ = errors.Join(theirs.Close(), l.Close()) })
			return theirs
		})
	})
}

// brokenOff reports how long it took until the server had enough.
func brokenOff(say func() error) time.Duration {
	begun := time.Now()
	for say() == nil {
		if time.Since(begun) > time.Hour {
			break
		}
	}
	return time.Since(begun)
}

func TestAHeadThatComesByDripsIsBrokenOff(t *testing.T) {
	slowly(t, func(t *testing.T, dial func(http.HandlerFunc) net.Conn) {
		c := dial(http.NotFound)
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
		took := brokenOff(func() error {
			time.Sleep(time.Second)
			_, err := io.WriteString(c, "x")
			return err
		})
		if took > 15*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

func TestABodyThatStopsOrDripsIsBrokenOff(t *testing.T) {
	for _, c := range []struct {
		name  string
		pause time.Duration
		reads bool
	}{{"stops", 95 * time.Second, true}, {"drips", 5 * time.Second, true}, {"drips for a handler that does not want it", 5 * time.Second, false}} {
		t.Run(c.name, func(t *testing.T) { slowly(t, dripping(c.pause, c.reads)) })
	}
}

func dripping(pause time.Duration, reads bool) func(*testing.T, func(http.HandlerFunc) net.Conn) {
	return func(t *testing.T, dial func(http.HandlerFunc) net.Conn) {
		read := make(chan error, 1)
		c := dial(func(_ http.ResponseWriter, r *http.Request) {
			err := io.ErrUnexpectedEOF
			if reads {
				_, err = io.Copy(io.Discard, r.Body)
			}
			read <- err
		})
		go func() { _, _ = io.Copy(io.Discard, c) }()
		_, _ = io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
		took := brokenOff(func() error {
			_, err := io.WriteString(c, "x")
			time.Sleep(pause)
			return err
		})
		if took > 4*time.Minute {
			t.Errorf("it took %s", took)
		}
		if err := <-read; err == nil {
			t.Error("the handler was told that it has read everything")
		}
	}
}

func TestAnAnswerThatNobodyTakesIsBrokenOff(t *testing.T) {
	slowly(t, func(t *testing.T, dial func(http.HandlerFunc) net.Conn) {
		wrote, begun := make(chan error, 1), time.Now()
		c := dial(func(w http.ResponseWriter, _ *http.Request) {
			_, err := io.WriteString(w, strings.Repeat("x", 1<<20))
			wrote <- err
		})
		_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		if err := <-wrote; err == nil {
			t.Error("the handler was told that everything was taken")
		}
		if took := time.Since(begun); took > 2*time.Minute {
			t.Errorf("it took %s", took)
		}
	})
}

func TestALongUploadAndALongAnswerThatGoOnAreNotBrokenOff(t *testing.T) {
	const size = 400_000
	slowly(t, func(t *testing.T, dial func(http.HandlerFunc) net.Conn) {
		c := dial(func(w http.ResponseWriter, r *http.Request) {
			if n, err := io.Copy(io.Discard, r.Body); err != nil || n != size {
				w.WriteHeader(http.StatusBadRequest)
			}
			time.Sleep(10 * time.Minute) // what the server takes for itself is nobody's fault
			_, _ = io.WriteString(w, strings.Repeat("x", size))
		})
		_, _ = io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 400000\r\n\r\n")
		for range size / 1000 {
			time.Sleep(time.Second)
			if _, err := io.WriteString(c, strings.Repeat("x", 1000)); err != nil {
				t.Fatal(err)
			}
		}
		answer, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if n, err := io.Copy(slowWriter{}, answer.Body); answer.StatusCode != http.StatusOK || n != size || err != nil {
			t.Errorf("answered %d with %d bytes: %v", answer.StatusCode, n, err)
		}
	})
}

// slowWriter takes a thousand bytes a second.
type slowWriter struct{}

func (slowWriter) Write(p []byte) (int, error) {
	time.Sleep(time.Duration(len(p)) * time.Millisecond)
	return len(p), nil
}
