package team

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
)

// Token lets a program in, in a user's name and within that user's rights.
type Token struct {
	ID        id.ID        `db:"id"`
	Workspace id.Workspace `db:"workspace_id"`
	User      id.ID        `db:"user_id"`
	Owner     string       `db:"owner"` // the user's name
	Name      string       `db:"name"`
	Stored    string       `db:"scopes"`
	CreatedAt clock.Micros `db:"created_at"`
	UsedAt    clock.Micros `db:"used_at,null"`
	ExpiresAt clock.Micros `db:"expires_at,null"`
}

// Scopes are what the token is limited to; none is no limit besides its user's role.
func (t Token) Scopes() []Right {
	var scopes []Right
	if json.Unmarshal([]byte(t.Stored), &scopes) != nil {
		return []Right{} // what cannot be read gives no right
	}
	return scopes
}

// tokenPrefix is how every token begins, so that one that leaked is known for what it is.
const tokenPrefix = "tandem_"

// usedEvery is how often a token's last use is written down at most.
const usedEvery = time.Hour

// mostTokenDays is ten years; what is to last longer lasts for ever.
const mostTokenDays = 3650

// MakeToken makes a token for the actor and returns its text, which is shown once. It carries its workspace's id. With scopes it may do no
// more than these; it lasts so many days, 0 for ever.
func (s *Service) MakeToken(ctx context.Context, ws id.Workspace, name string, scopes []Right, days int, by Actor) (text string, t Token, err error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > longestName {
		return "", t, wrong("name", "a token's name has 1 to %d characters", longestName)
	}
	for _, scope := range scopes {
		if !slices.Contains(Rights(), scope) || !by.May(scope) {
			return "", t, wrong("scopes", "%q is no right that you have", string(scope))
		}
	}
	if days < 0 || days > mostTokenDays {
		return "", t, wrong("days", "a token lasts up to %d days, or 0 for ever", mostTokenDays)
	}
	if by.User == 0 || by.Token != 0 {
		return "", t, fault.Forbiddenf("a token is made by a person who signed in")
	}
	stored, err := json.Marshal(scopes)
	if err != nil {
		return "", t, fmt.Errorf("keep the token's rights: %w", err)
	}
	secret, _ := newSecret()
	text = tokenPrefix + ws.String() + "_" + secret
	now := clock.Of(s.clock.Now())
	t = Token{ID: id.New(), Workspace: ws, User: by.User, Owner: by.Name, Name: name, Stored: string(stored), CreatedAt: now}
	var expires any
	if days > 0 {
		t.ExpiresAt = now + clock.Micros(days)*24*3600*1e6
		expires = t.ExpiresAt
	}
	return text, t, s.db.Write(ctx, ws, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO api_token (id, secret_hash, workspace_id, user_id, name, scopes, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, t.ID, hashOf(text), ws, t.User, t.Name, t.Stored, now, expires)
		if err != nil {
			return err
		}
		return s.note(ctx, tx, by, "make", "token", t.ID, map[string]any{"name": t.Name, "scopes": scopes})
	})
}

// Tokens are the tokens of a workspace, the newest first: all of them for who manages users, else one's own.
func (s *Service) Tokens(ctx context.Context, ws id.Workspace, by Actor) ([]Token, error) {
	var tokens []Token
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		tokens, err = db.All[Token](ctx, tx, `SELECT t.id, t.workspace_id, t.user_id, u.name AS owner, t.name, t.scopes, t.created_at, t.used_at, t.expires_at
			FROM api_token t JOIN app_user u ON u.id = t.user_id WHERE t.workspace_id = $1 AND ($2 OR t.user_id = $3)
			ORDER BY t.id DESC LIMIT 500`, ws, by.May(ManageUsers), by.User)
		return err
	})
	return tokens, err
}

// RevokeToken ends a token: one's own, or anybody's for who manages users.
func (s *Service) RevokeToken(ctx context.Context, ws id.Workspace, token id.ID, by Actor) error {
	return s.db.Write(ctx, ws, func(tx *db.Tx) error {
		name, found, err := db.Maybe[string](ctx, tx, `SELECT name FROM api_token WHERE id = $1 AND workspace_id = $2 AND ($3 OR user_id = $4)`,
			token, ws, by.May(ManageUsers), by.User)
		if err != nil {
			return err
		}
		if !found {
			return fault.NotFoundf("there is no such token")
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM api_token WHERE id = $1 AND workspace_id = $2`, token, ws); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "revoke", "token", token, map[string]any{"name": name})
	})
}

// Bearer finds out who a token stands for, and where. One that is unknown, over, or whose user has left is a fault.Forbidden.
func (s *Service) Bearer(ctx context.Context, text string) (Signed, error) {
	var signed Signed
	var t Token
	now := clock.Of(s.clock.Now())
	err := s.db.Read(ctx, 0, func(tx *db.Tx) error {
		found, ok, err := db.Maybe[Token](ctx, tx, `SELECT t.id, t.workspace_id, t.user_id, '' AS owner, t.name, t.scopes, t.created_at, t.used_at, t.expires_at
			FROM api_token t WHERE t.secret_hash = $1`, hashOf(text))
		if err != nil {
			return err
		}
		if !ok || found.ExpiresAt != 0 && found.ExpiresAt <= now {
			return fault.Forbiddenf("this token is not known, or over")
		}
		t = found
		signed, err = s.signed(ctx, tx, t.User, t.Workspace)
		return err
	})
	if err != nil {
		return signed, err
	}
	signed.Actor.Token, signed.Actor.Via = t.ID, API
	if scopes := t.Scopes(); scopes != nil {
		signed.Actor.Only = scopes
	}
	if now-t.UsedAt > clock.Micros(usedEvery.Microseconds()) {
		err = s.db.Write(ctx, 0, func(tx *db.Tx) error {
			_, err := db.Exec(ctx, tx, `UPDATE api_token SET used_at = $2 WHERE id = $1`, t.ID, now)
			return err
		})
	}
	return signed, err
}
