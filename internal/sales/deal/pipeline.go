package deal

import (
	"cmp"
	"slices"
	"strings"

	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/text"
)

// Pipeline is the way a kind of deal goes, stage by stage.
type Pipeline struct {
	ID       id.ID   `db:"id"`
	Name     string  `db:"name"`
	NameKey  string  `db:"name_key"`
	Position int64   `db:"position"` // the first pipeline is where deals go that name none
	Stages   []Stage // open ones first, then won, then lost, each in their order
}

// Stage is one step of a pipeline. Its status never changes.
type Stage struct {
	ID       id.ID  `db:"id"`
	Pipeline id.ID  `db:"pipeline_id"`
	Name     string `db:"name"`
	NameKey  string `db:"name_key"`
	Position int64  `db:"position"`
	Status   Status `db:"status"`
}

// What a workspace has to begin with.
const firstPipeline = "Sales"

func firstStages() []Stage {
	return []Stage{
		{Name: "Qualified", Status: Open},
		{Name: "Proposal", Status: Open},
		{Name: "Negotiation", Status: Open},
		{Name: "Won", Status: Won},
		{Name: "Lost", Status: Lost},
	}
}

// The most pipelines and stages of a workspace. More of them means that a file's column is not what it was taken for.
const (
	mostPipelines = 200
	mostStages    = 2000
)

// book is all pipelines of a workspace, and those that were added and wait to be written.
type book struct {
	pipelines    []*Pipeline
	newPipelines []pipelineRow
	newStages    []Stage
	stages       int
	openNames    map[string]bool // stage names that the rows at hand give to open deals
}

// first is the pipeline for deals that name none; a workspace without one gets it here.
func (b *book) first() *Pipeline {
	if len(b.pipelines) > 0 {
		return b.pipelines[0]
	}
	p := b.add(firstPipeline)
	for _, s := range firstStages() {
		b.addStage(p, s.Name, s.Status)
	}
	return p
}

// named is the pipeline of that name, added if there is none. An added one is empty: its stages come as deals need them.
func (b *book) named(name string) *Pipeline {
	key := text.Key(name)
	for _, p := range b.pipelines {
		if p.NameKey == key {
			return p
		}
	}
	return b.add(name)
}

func (b *book) add(name string) *Pipeline {
	p := &Pipeline{ID: id.New(), Name: strings.TrimSpace(name), NameKey: text.Key(name), Position: int64(len(b.pipelines) + 1)}
	b.pipelines = append(b.pipelines, p)
	b.newPipelines = append(b.newPipelines, pipelineRow{p.ID, p.Name, p.NameKey, p.Position})
	return p
}

func (b *book) pipeline(i id.ID) *Pipeline {
	for _, p := range b.pipelines {
		if p.ID == i {
			return p
		}
	}
	return nil
}

func (b *book) stage(i id.ID) (Stage, bool) {
	for _, p := range b.pipelines {
		for _, s := range p.Stages {
			if s.ID == i {
				return s, true
			}
		}
	}
	return Stage{}, false
}

// stageNamed is the pipeline's stage of that name. An unknown one is added: as open where any row at hand has an open deal in it, else with the
// status given, else with what its name tells.
func (b *book) stageNamed(p *Pipeline, name string, given Status) Stage {
	key := text.Key(name)
	for _, s := range p.Stages {
		if s.NameKey == key {
			return s
		}
	}
	switch {
	case b.openNames[key]:
		given = Open
	case given == "":
		given = guess(key)
	}
	return b.addStage(p, name, given)
}

// firstOf is the pipeline's first stage of a status, added if it has none.
func (b *book) firstOf(p *Pipeline, status Status) Stage {
	for _, s := range p.Stages {
		if s.Status == status {
			return s
		}
	}
	name := map[Status]string{Open: "Open", Won: "Won", Lost: "Lost"}[status]
	for p.has(name) {
		name += " deals" // a file may call an open stage "Lost"
	}
	return b.addStage(p, name, status)
}

func (p *Pipeline) has(stage string) bool {
	return slices.ContainsFunc(p.Stages, func(s Stage) bool { return s.NameKey == text.Key(stage) })
}

func (b *book) addStage(p *Pipeline, name string, status Status) Stage {
	s := Stage{ID: id.New(), Pipeline: p.ID, Name: strings.TrimSpace(name), NameKey: text.Key(name), Position: int64(len(p.Stages) + 1), Status: status}
	p.Stages = append(p.Stages, s)
	p.sort()
	b.newStages = append(b.newStages, s)
	b.stages++
	return s
}

func (p *Pipeline) sort() {
	rank := map[Status]int{Open: 0, Won: 1, Lost: 2}
	slices.SortStableFunc(p.Stages, func(x, y Stage) int {
		return cmp.Or(cmp.Compare(rank[x.Status], rank[y.Status]), cmp.Compare(x.Position, y.Position))
	})
}

// check refuses a workspace overgrown with stages.
func (b *book) check() error {
	if len(b.pipelines) > mostPipelines {
		return fault.Invalidf("these deals name more than %d pipelines", mostPipelines).WithMend("check which column is the pipeline")
	}
	if b.stages > mostStages {
		return fault.Invalidf("these deals name more than %d stages", mostStages).WithMend("check which column is the stage")
	}
	return nil
}

// guess tells by a stage's folded name whether deals end there, as "Closed Won" and "Lost: price" do. Anything else is open.
func guess(key string) Status {
	for _, word := range strings.FieldsFunc(key, func(r rune) bool { return strings.ContainsRune(" -_:/()", r) }) {
		switch word {
		case "won", "closedwon", "gewonnen":
			return Won
		case "lost", "closedlost", "verloren":
			return Lost
		}
	}
	return Open
}
