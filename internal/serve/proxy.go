package serve

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"tandem/internal/fault"
)

// Proxies are the machines in front of the server that may say who asks. Nobody else's word counts.
type Proxies []netip.Prefix

// ParseProxies reads networks, such as 10.0.0.0/8, and single addresses. What is neither is a fault.Usage.
func ParseProxies(texts []string) (Proxies, error) {
	var all Proxies
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if addr, wrong := netip.ParseAddr(text); wrong == nil {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return nil, fault.Usagef("--trusted-proxy %q is no network", text).WithMend("write it as 10.0.0.0/8, or a single address")
		}
		all = append(all, prefix.Masked())
	}
	return all, nil
}

// Client is the address of whoever asks: the connection's, or, if that is a proxy's, the last in X-Forwarded-For that is no proxy's.
func (p Proxies) Client(r *http.Request) string {
	client := hostOf(r.RemoteAddr)
	if !p.trust(client) {
		return client
	}
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(forwarded) {
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return client // whatever stands before it cannot be believed either
		}
		client = addr.Unmap().String()
		if !p.trust(client) {
			return client
		}
	}
	return client
}

// Forwarded reports whether a request shows signs of a proxy, trusted or not.
func Forwarded(r *http.Request) bool {
	for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-Ip"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}

// Unnamed reports whether a request came by a proxy that nobody named: all who come by it seem to be one.
func (p Proxies) Unnamed(r *http.Request) bool { return Forwarded(r) && !p.trust(hostOf(r.RemoteAddr)) }

func (p Proxies) trust(address string) bool {
	addr, err := netip.ParseAddr(address)
	return err == nil && slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(addr.Unmap()) })
}

// hostOf is the address without its port.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().WithZone("").String()
	}
	return host
}

// Loopback reports whether an address, with or without a port, is this machine's own.
func Loopback(address string) bool {
	host := strings.Trim(hostOf(address), "[]")
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
