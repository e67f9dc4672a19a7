package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
)

// keepingConnector opens connections that keep their prepared statements, for an engine where preparing costs more than running.
type keepingConnector struct{ driver.Connector }

// Connect opens a connection.
func (k keepingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := c.(fullConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("a %T is no connection that statements can be kept for", c), c.Close())
	}
	return &keepingConn{fullConn: full, byText: map[string]driver.Stmt{}}, nil
}

// fullConn is all that database/sql asks a connection for, so that the one around it hides nothing.
type fullConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// keepingConn is a connection with the statements that stay prepared on it. One goroutine uses it at a time.
type keepingConn struct {
	fullConn
	byText map[string]driver.Stmt
}

// statementsKept is how many texts stay prepared on a connection. There are fewer texts in the program, but those of segments and filters
// are made as people ask.
const statementsKept = 300

// kept is the statement for query. It stays valid until the next call.
func (k *keepingConn) kept(ctx context.Context, query string) (driver.Stmt, error) {
	if st, ok := k.byText[query]; ok {
		return st, nil
	}
	st, err := k.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(k.byText) >= statementsKept {
		if err := k.dropOne(); err != nil {
			return nil, errors.Join(err, st.Close())
		}
	}
	k.byText[query] = st
	return st, nil
}

// dropOne drops any of them: whichever is in daily use is prepared again at once, and stays as likely as the rest.
func (k *keepingConn) dropOne() error {
	for text, st := range k.byText {
		delete(k.byText, text)
		return st.Close()
	}
	return nil
}

// Close closes the statements and then the connection, which would stay open behind them.
func (k *keepingConn) Close() error {
	var failed error
	for len(k.byText) > 0 {
		failed = errors.Join(failed, k.dropOne())
	}
	return errors.Join(failed, k.fullConn.Close())
}
