package serve

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"
)

// Check is one thing that has to be well.
type Check struct {
	Name  string
	Minor bool // the server can answer people all the same
	Do    func(context.Context) error
}

// checkWithin is how long the checks may take before they count as failed.
const checkWithin = 2 * time.Second

// Alive answers 200 as long as the process answers at all: where it does not, only a new start helps.
func Alive() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		tell(w, http.StatusOK, map[string]string{"status": "ok"})
	})
}

// Ready answers 200 while people can be answered, else 503, and names what is well and what is failing. A minor failing is told with 200: sending
// people elsewhere would not mend it. Why something failed stands in the log alone.
func Ready(log *slog.Logger, checks ...Check) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), checkWithin)
		defer cancel()
		said, status := map[string]string{"status": "ok"}, http.StatusOK
		for _, c := range checks {
			said[c.Name] = "ok"
			err := c.Do(ctx)
			if err == nil {
				continue
			}
			log.WarnContext(r.Context(), "not well", "check", c.Name, "error", err)
			said[c.Name], said["status"] = "failing", "failing"
			if !c.Minor {
				status = http.StatusServiceUnavailable
			}
		}
		tell(w, status, said)
	})
}

func tell(w http.ResponseWriter, status int, said map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(said) // whoever asked has gone
}
