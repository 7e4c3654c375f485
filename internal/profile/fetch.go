package profile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Bounds of a profile that is fetched.
const (
	FetchTimeout = 30 * time.Second
	maxFetched   = 1 << 30 // bytes
)

// IsURL reports whether an argument names a profile to fetch.
func IsURL(arg string) bool {
	return strings.HasPrefix(arg, "http://") || strings.HasPrefix(arg, "https://")
}

// Open reads the profile that an argument names: a file, "-" for standard
// input, or a URL. Its time is that in the profile, or else when the file was
// written or the URL was asked.
func Open(ctx context.Context, arg string, stdin io.Reader) (*Profile, error) {
	switch {
	case IsURL(arg):
		return fetch(ctx, arg)
	case arg == "-":
		return Read("standard input", stdin)
	}
	f, err := os.Open(arg)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a directory: name the file of a goroutine profile", arg)
	}
	p, err := Read(arg, f)
	if err == nil && p.Time.IsZero() {
		p.Time = info.ModTime()
	}
	return p, err
}

// fetch asks the address that the user named, and no other: a redirect to
// another host is refused, and no proxy is used.
func fetch(ctx context.Context, arg string) (*Profile, error) {
	u, err := url.Parse(arg)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, FetchTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, arg, nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{
		Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if next.URL.Host != u.Host || next.URL.Scheme != u.Scheme || len(via) > 3 {
				return fmt.Errorf("it redirects to %s, which nobody has named", next.URL.Host)
			}
			return nil
		},
	}
	start := time.Now()
	resp, err := client.Do(req)
	if err != nil {
		return nil, fetchError(ctx, u, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s: want a goroutine profile, as at /debug/pprof/goroutine", u.Redacted(), resp.Status)
	}
	body := &bounded{r: resp.Body, left: maxFetched}
	p, err := Read(u.Redacted(), body)
	if err != nil {
		return nil, fetchError(ctx, u, err)
	}
	if p.Time.IsZero() {
		p.Time = start
	}
	return p, nil
}

// fetchError says what went wrong, without a password in the URL.
func fetchError(ctx context.Context, u *url.URL, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%s: no whole answer in %v", u.Redacted(), FetchTimeout)
	}
	return err
}

// A bounded reader fails when more comes than is left.
type bounded struct {
	r    io.Reader
	left int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fmt.Errorf("the answer is larger than %d MB", maxFetched>>20)
	}
	return n, err
}
