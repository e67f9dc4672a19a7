package deal

import (
	"context"
	"fmt"
	"slices"

	"tandem/internal/db"
	"tandem/internal/id"
)

type pipelineRow struct {
	ID       id.ID  `db:"id"`
	Name     string `db:"name"`
	NameKey  string `db:"name_key"`
	Position int64  `db:"position"`
}

// byKeys are the deals that bear the keys, removed ones included.
func byKeys(ctx context.Context, tx *db.Tx, keys []string) ([]Deal, error) {
	return in(ctx, tx, "key", keys)
}

// byIDs are the deals of these ids, removed ones included.
func byIDs(ctx context.Context, tx *db.Tx, ids []id.ID) ([]Deal, error) {
	return in(ctx, tx, "id", ids)
}

func in[T any](ctx context.Context, tx *db.Tx, column string, list []T) ([]Deal, error) {
	var found []Deal
	for chunk := range slices.Chunk(list, 500) {
		marks, args := db.List(2, chunk)
		some, err := db.All[Deal](ctx, tx, `SELECT `+columns+` FROM deal WHERE workspace_id = $1 AND `+column+` IN (`+marks+`)`,
			append([]any{tx.Workspace()}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("look up deals: %w", err)
		}
		found = append(found, some...)
	}
	return found, nil
}

// save writes new deals and changed ones.
func save(ctx context.Context, tx *db.Tx, created, changed []Deal) error {
	if err := db.Insert(ctx, tx, "deal", created...); err != nil {
		return fmt.Errorf("write %d new deals: %w", len(created), err)
	}
	if err := db.Upsert(ctx, tx, "deal", []string{"id"}, changed...); err != nil {
		return fmt.Errorf("write %d changed deals: %w", len(changed), err)
	}
	return nil
}

func openBook(ctx context.Context, tx *db.Tx) (*book, error) {
	pipelines, err := db.All[Pipeline](ctx, tx, `SELECT id, name, name_key, position FROM pipeline WHERE workspace_id = $1
		ORDER BY position, id LIMIT $2`, tx.Workspace(), mostPipelines+1)
	if err != nil {
		return nil, fmt.Errorf("read the pipelines: %w", err)
	}
	b := &book{openNames: map[string]bool{}}
	for i := range pipelines {
		b.pipelines = append(b.pipelines, &pipelines[i])
	}
	err = db.Each(ctx, tx, func(s *Stage) error {
		if p := b.pipeline(s.Pipeline); p != nil {
			p.Stages = append(p.Stages, *s)
		}
		b.stages++
		return nil
	}, `SELECT id, pipeline_id, name, name_key, position, status FROM stage WHERE workspace_id = $1 ORDER BY pipeline_id, position, id LIMIT $2`,
		tx.Workspace(), mostStages+1)
	if err != nil {
		return nil, fmt.Errorf("read the stages: %w", err)
	}
	for _, p := range b.pipelines {
		p.sort()
	}
	return b, nil
}

// save writes what was added to the book.
func (b *book) save(ctx context.Context, tx *db.Tx) error {
	if err := b.check(); err != nil {
		return err
	}
	if err := db.Insert(ctx, tx, "pipeline", b.newPipelines...); err != nil {
		return fmt.Errorf("write new pipelines: %w", err)
	}
	if err := db.Insert(ctx, tx, "stage", b.newStages...); err != nil {
		return fmt.Errorf("write new stages: %w", err)
	}
	b.newPipelines, b.newStages = nil, nil
	return nil
}
