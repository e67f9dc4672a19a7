package serve

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics count what the server does, in a registry of its own. Its labels are routes and statuses, never a path, a name or an address.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
}

// NewMetrics begins to count.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tandem_http_requests_total", Help: "Requests that were answered, by route, method and status.",
		}, []string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tandem_http_request_seconds", Help: "How long answers took, by route.",
			Buckets: []float64{.005, .01, .02, .03, .05, .1, .2, .5, 1, 2, 5, 10},
		}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Figure is one value at the time it is asked for, under a label.
type Figure struct {
	Label string
	Value float64
}

// Ask adds a gauge that is read when somebody looks. label names what its figures are told apart by.
func (m *Metrics) Ask(name, help, label string, figures func() []Figure) {
	m.registry.MustRegister(&asked{prometheus.NewDesc(name, help, []string{label}, nil), figures})
}

// Handler shows the figures in Prometheus' format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 2, Timeout: 10 * time.Second})
}

func (m *Metrics) answered(method, pattern string, status int, took time.Duration) {
	route := pattern
	if _, path, found := strings.Cut(pattern, " "); found {
		route = path
	}
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, verb(method), strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// verb keeps methods that strangers make up from filling the memory.
func verb(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

type asked struct {
	desc    *prometheus.Desc
	figures func() []Figure
}

// Describe is for Prometheus.
func (a *asked) Describe(to chan<- *prometheus.Desc) { to <- a.desc }

// Collect reads the figures.
func (a *asked) Collect(to chan<- prometheus.Metric) {
	for _, f := range a.figures() {
		to <- prometheus.MustNewConstMetric(a.desc, prometheus.GaugeValue, f.Value, f.Label)
	}
}
