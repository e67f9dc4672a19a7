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
	Name string
	Do   func(context.Context) error
}

// checkWithin is how long a check may take before it counts as failed.
const checkWithin = 2 * time.Second

// Health answers 200 while every check is well, else 503, and names the checks. Why one failed stands in the log alone.
func Health(log *slog.Logger, checks ...Check) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), checkWithin)
		defer cancel()
		said, status := map[string]string{"status": "ok"}, http.StatusOK
		for _, c := range checks {
			said[c.Name] = "ok"
			if err := c.Do(ctx); err != nil {
				said[c.Name], said["status"], status = "failing", "failing", http.StatusServiceUnavailable
				log.WarnContext(r.Context(), "not well", "check", c.Name, "error", err)
			}
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(said) // whoever asked has gone
	})
}
