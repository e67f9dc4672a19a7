package deal

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/team"
	"tandem/internal/text"
)

// longestName is how many characters a pipeline's or a stage's name has at most.
const longestName = 100

func checkName(name string) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(name)); n == 0 || n > longestName || text.Key(name) == "" {
		return fault.Invalidf("a name has 1 to %d characters", longestName)
	}
	return nil
}

// AddPipeline adds a pipeline with the usual stages, as the last one.
func (s *Service) AddPipeline(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, name string) (id.ID, error) {
	if err := mayArrange(by, name); err != nil {
		return 0, err
	}
	b, err := openBook(ctx, tx)
	if err != nil {
		return 0, err
	}
	if len(b.pipelines) >= mostPipelines {
		return 0, fault.Conflictf("a workspace has at most %d pipelines", mostPipelines)
	}
	for _, p := range b.pipelines {
		if p.NameKey == text.Key(name) {
			return 0, fault.Conflictf("there is a pipeline %q already", p.Name)
		}
	}
	p := b.add(name)
	for _, st := range firstStages() {
		b.addStage(p, st.Name, st.Status)
	}
	if err := b.save(ctx, tx); err != nil {
		return 0, err
	}
	return p.ID, team.Note(ctx, tx, by, now, team.Deed{Action: "add", Entity: "pipeline", Record: p.ID, Detail: map[string]any{"name": p.Name}})
}

// AddStage adds a stage to a pipeline, as the last one of its status.
func (s *Service) AddStage(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, pipeline id.ID, name string, status Status) (id.ID, error) {
	if err := mayArrange(by, name); err != nil {
		return 0, err
	}
	if status != Open && status != Won && status != Lost {
		return 0, fault.Invalidf("a stage is open, won or lost")
	}
	b, err := openBook(ctx, tx)
	if err != nil {
		return 0, err
	}
	p := b.pipeline(pipeline)
	if p == nil {
		return 0, fault.NotFoundf("there is no such pipeline")
	}
	if b.stages >= mostStages {
		return 0, fault.Conflictf("a workspace has at most %d stages", mostStages)
	}
	for _, st := range p.Stages {
		if st.NameKey == text.Key(name) {
			return 0, fault.Conflictf("there is a stage %q already", st.Name)
		}
	}
	st := b.addStage(p, name, status)
	if err := b.save(ctx, tx); err != nil {
		return 0, err
	}
	return st.ID, team.Note(ctx, tx, by, now, team.Deed{Action: "add", Entity: "stage", Record: st.ID, Detail: map[string]any{"name": st.Name}})
}

// RenamePipeline gives a pipeline another name.
func (s *Service) RenamePipeline(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, pipeline id.ID, name string) error {
	const known = `SELECT COUNT(*) FROM pipeline WHERE workspace_id = $1 AND id = $2`
	return s.rename(ctx, tx, by, now, "pipeline", pipeline, name, known, `UPDATE pipeline SET name = $3, name_key = $4 WHERE workspace_id = $1 AND id = $2
		AND NOT EXISTS (SELECT 1 FROM pipeline o WHERE o.workspace_id = $1 AND o.name_key = $4 AND o.id <> $2)`)
}

// RenameStage gives a stage another name.
func (s *Service) RenameStage(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, stage id.ID, name string) error {
	const known = `SELECT COUNT(*) FROM stage WHERE workspace_id = $1 AND id = $2`
	return s.rename(ctx, tx, by, now, "stage", stage, name, known, `UPDATE stage SET name = $3, name_key = $4 WHERE workspace_id = $1 AND id = $2
		AND NOT EXISTS (SELECT 1 FROM stage o WHERE o.workspace_id = $1 AND o.name_key = $4 AND o.id <> $2 AND o.pipeline_id = stage.pipeline_id)`)
}

func (s *Service) rename(ctx context.Context, tx *db.Tx, by team.Actor, now clock.Micros, what string, of id.ID, name, known, statement string) error {
	if err := mayArrange(by, name); err != nil {
		return err
	}
	name = strings.TrimSpace(name)
	n, err := db.One[int](ctx, tx, known, tx.Workspace(), of)
	if err == nil && n == 0 {
		return fault.NotFoundf("this is not there any more")
	}
	var changed int64
	if err == nil {
		changed, err = db.Exec(ctx, tx, statement, tx.Workspace(), of, name, text.Key(name))
	}
	if err != nil {
		return fmt.Errorf("rename %s %s: %w", what, of, err)
	}
	if changed == 0 {
		return fault.Conflictf("another one is called %q already", name)
	}
	return team.Note(ctx, tx, by, now, team.Deed{Action: "rename", Entity: what, Record: of, Detail: map[string]any{"name": name}})
}

func mayArrange(by team.Actor, name string) error {
	if err := by.Check(team.ManageSettings); err != nil {
		return err
	}
	return checkName(name)
}
