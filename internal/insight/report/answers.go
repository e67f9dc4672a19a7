package report

import "sync"

// answers are what was already worked out of a book. A book never changes, so neither does what follows from it.
type answers struct {
	mu   sync.Mutex
	kept map[any]any
}

// mostAnswers bounds what is kept of one book.
const mostAnswers = 256

// answer is what a question's work says, worked out once. The question is a comparable value of a type of its own.
func answer[T any](b *book, question any, work func() (T, error)) (T, error) {
	if known, ok := b.answers.known(question); ok {
		return known.(T), nil
	}
	found, err := work()
	if err == nil {
		b.answers.keep(question, found)
	}
	return found, err
}

func (a *answers) known(question any) (any, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found, ok := a.kept[question]
	return found, ok
}

func (a *answers) keep(question, found any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.kept == nil || len(a.kept) >= mostAnswers {
		a.kept = map[any]any{}
	}
	a.kept[question] = found
}
