package team

import (
	"cmp"
	"context"
	"strings"
	"unicode/utf8"

	"tandem/internal/clock"
	"tandem/internal/db"
	"tandem/internal/fault"
	"tandem/internal/id"
	"tandem/internal/text"
)

// User is a person who may sign in. The same person may belong to several workspaces.
type User struct {
	ID         id.ID        `db:"id"`
	EmailKey   string       `db:"email_key"`
	Email      string       `db:"email"`
	Name       string       `db:"name"`
	Password   string       `db:"password"`     // its argon2id hash, "" for nobody who signs in that way
	TOTPSecret string       `db:"totp_secret"`  // sealed
	TOTPAt     clock.Micros `db:"totp_at,null"` // since when a code is asked for, 0 for never
	TOTPStep   int64        `db:"totp_step"`    // of the last code that was accepted; it is good for nothing again
	CreatedAt  clock.Micros `db:"created_at"`
}

const userColumns = "id, email_key, email, name, password, totp_secret, totp_at, totp_step, created_at"

// NewUser is what a person says of themselves.
type NewUser struct{ Name, Email, Password string }

func (n NewUser) user(now clock.Micros) (User, error) {
	u := User{ID: id.New(), Name: strings.TrimSpace(n.Name), CreatedAt: now}
	key, ok := text.EmailKey(n.Email)
	shown := strings.TrimSpace(n.Email)
	if !ok || len(shown) > 254 {
		return u, wrong("email", "%q is not an email address", n.Email)
	}
	u.EmailKey, u.Email = key, shown
	if u.Name == "" || utf8.RuneCountInString(u.Name) > longestName {
		return u, wrong("name", "a name has 1 to %d characters", longestName)
	}
	return u, checkPassword(n.Password, u)
}

// Empty reports whether nobody can sign in yet.
func (s *Service) Empty(ctx context.Context) (bool, error) {
	empty := false
	err := s.db.Read(ctx, 0, func(tx *db.Tx) (err error) {
		empty, err = noUsers(ctx, tx)
		return err
	})
	return empty, err
}

func noUsers(ctx context.Context, tx *db.Tx) (bool, error) {
	_, found, err := db.Maybe[id.ID](ctx, tx, `SELECT id FROM app_user LIMIT 1`)
	return !found, err
}

// SetUp makes the first user, the owner of the workspace default, which gets the name and the settings that are said. It is a fault.Conflict
// once there is a user: of two who try at once, one is. Who comes later costs no work.
func (s *Service) SetUp(ctx context.Context, n NewUser, business Change) (User, error) {
	if empty, err := s.Empty(ctx); err != nil || !empty {
		return User{}, cmp.Or(err, setUpAlready())
	}
	if strings.TrimSpace(business.Name) == "" {
		return User{}, noName()
	}
	w, err := s.BySlug(ctx, Default)
	if err != nil {
		return User{}, err
	}
	u, err := s.newUser(n)
	if err != nil {
		return u, err
	}
	return u, s.db.Write(ctx, w.ID, func(tx *db.Tx) error {
		empty, err := noUsers(ctx, tx)
		if err != nil {
			return err
		}
		if !empty {
			return setUpAlready()
		}
		if _, err := s.change(ctx, tx, w.ID, business); err != nil {
			return err
		}
		return s.join(ctx, tx, u, w.ID, Owner, Actor{User: u.ID, Name: u.Name, Role: Owner, Via: Web})
	})
}

func setUpAlready() error {
	return fault.Conflictf("Tandem is set up already").WithMend("sign in, or ask the person who runs it for an invitation")
}

// newUser checks what is said and hashes the password, outside of any transaction: that takes a while.
func (s *Service) newUser(n NewUser) (User, error) {
	u, err := n.user(clock.Of(s.clock.Now()))
	if err == nil {
		u.Password, err = s.hashPassword(n.Password)
	}
	return u, err
}

// join adds a new user and makes them a member.
func (s *Service) join(ctx context.Context, tx *db.Tx, u User, ws id.Workspace, role Role, by Actor) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO app_user (`+userColumns+`) VALUES ($1, $2, $3, $4, $5, '', NULL, 0, $6)`,
		u.ID, u.EmailKey, u.Email, u.Name, u.Password, u.CreatedAt)
	if tx.IsConflict(err) {
		return fault.Conflictf("somebody with the address %s can sign in already", u.Email)
	}
	if err != nil {
		return err
	}
	return s.admit(ctx, tx, u, ws, role, by)
}

// admit makes a user a member of a workspace.
func (s *Service) admit(ctx context.Context, tx *db.Tx, u User, ws id.Workspace, role Role, by Actor) error {
	now := clock.Of(s.clock.Now())
	n, err := db.Exec(ctx, tx, `INSERT INTO membership (user_id, workspace_id, role, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id, workspace_id) DO NOTHING`, u.ID, ws, role, now)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflictf("%s belongs to this workspace already", u.Name)
	}
	// a reset that another workspace's owner made would now open this one too
	if err := dropResets(ctx, tx, u.ID); err != nil {
		return err
	}
	return Note(ctx, tx, by, now, Deed{Action: "join", Entity: "user", Record: u.ID, Detail: map[string]any{"name": u.Name, "role": role}})
}

func userBy(ctx context.Context, tx *db.Tx, column string, value any) (User, bool, error) {
	return db.Maybe[User](ctx, tx, `SELECT `+userColumns+` FROM app_user WHERE `+column+` = $1`, value)
}
