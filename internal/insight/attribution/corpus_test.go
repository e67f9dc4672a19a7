//go:build corpus

package attribution

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestCorpusJourneysEarnWhatOthersComputed compares every model whose definition is the corpus's too. Its position-based model gives two
// touches halves as ours does; its time decay halves every hour and its Shapley is by conversion rate, so Shapley is held against the
// definition of DESIGN.md instead.
func TestCorpusJourneysEarnWhatOthersComputed(t *testing.T) {
	journeys, worth := corpusJourneys(t)
	want := corpusCredits(t)
	want[Shapley] = []float64{10.5, 9, 7.5}
	for model, credits := range want {
		for key, c := range attribute(t, journeys, 3, Options{Model: model}).Credits {
			if math.Abs(c.Conversions*worth-credits[key]) > 1e-9 {
				t.Errorf("%s, %c: %.9f, want %.9f", model, 'A'+key, c.Conversions*worth, credits[key])
			}
		}
	}
}

// corpusJourneys are the journeys, and what a conversion is worth in them. Channel A is called direct for last-non-direct.
func corpusJourneys(t *testing.T) ([]Journey, float64) {
	var journeys []Journey
	worth := 0.0
	for _, row := range corpus(t, "mam_small_by_journey.csv") {
		j := path(strings.ReplaceAll(row["channels_agg"], " > ", ""))
		for i := range j.Steps {
			j.Steps[i].Direct = j.Steps[i].Key == 0
		}
		j.Converted = row["converted_agg"] == "True"
		worth = number(t, row["conversion_value"])
		journeys = append(journeys, j)
	}
	if len(journeys) != 9 {
		t.Fatalf("%d journeys, want 9", len(journeys))
	}
	return journeys, worth
}

func corpusCredits(t *testing.T) map[Model][]float64 {
	columns := map[Model]string{
		First:         "attribution_first_click_heuristic",
		Last:          "attribution_last_click_heuristic",
		LastNonDirect: "attribution_last_click_non_A_heuristic",
		Linear:        "attribution_linear_heuristic",
		UShaped:       "attribution_position_based_0.4_0.2_0.4_heuristic",
		Markov:        "attribution_markov_algorithmic",
	}
	credits := map[Model][]float64{}
	for _, row := range corpus(t, "mam_small_by_channel.csv") {
		for model, column := range columns {
			credits[model] = append(credits[model], number(t, row[column]))
		}
	}
	return credits
}

func corpus(t *testing.T, name string) []map[string]string {
	t.Helper()
	folder := os.Getenv("TANDEM_CORPUS_DATA")
	if folder == "" {
		t.Fatal("TANDEM_CORPUS_DATA does not name the corpus folder")
	}
	file, err := os.Open(filepath.Join(folder, "attribution", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		named := map[string]string{}
		for i, cell := range row {
			named[rows[0][i]] = cell
		}
		out = append(out, named)
	}
	return out
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
