using System.Net;
using System.Net.Sockets;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>
/// How often it was tried to sign in in vain, for a name and from an address, in memory. A few times cost nothing; then who tries again
/// waits, longer each time. Names that nobody has are counted as all others are, so no answer tells which there are.
/// </summary>
sealed class Guesses(TimeProvider time)
{
    const int FreeForName = 5, FreeFromAddress = 100, MostKnown = 20_000;
    const long Second = 1000, Longest = 15 * 60 * Second, Forgotten = 60 * 60 * Second;

    sealed record Tried(int Times, long At);

    readonly Lock gate = new();
    readonly Dictionary<string, Tried> tried = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Counts this try as one in vain until it is known to be none, so that a hundred at once are no way round.</summary>
    public Refusal? Begin(string name, IPAddress? address)
    {
        var (named, from, now) = ("name " + name, From(address), time.Stamp());
        lock (gate)
        {
            if (Wait(named, FreeForName, now) is > 0 and var held) return TooMany($"It was tried too often to sign in as '{name}'", held);
            if (Wait(from, FreeFromAddress, now) is > 0 and var wait) return TooMany("Too many tries to sign in came from your address", wait);
            if (tried.Count >= MostKnown) Tidy(now);
            foreach (var key in new[] { named, from }) tried[key] = new((tried.GetValueOrDefault(key)?.Times ?? 0) + 1, now);
            return null;
        }
    }

    /// <summary>Codes are guessed by who has the password, so they are counted by themselves: the right password takes nothing off their count.</summary>
    public Refusal? BeginSecond(string name, HttpContext http) => Begin(name + " (second factor)", http.Connection.RemoteIpAddress);

    public void SecondSucceeded(string name, HttpContext http) => Succeeded(name + " (second factor)", http.Connection.RemoteIpAddress);

    public void Succeeded(string name, IPAddress? address)
    {
        lock (gate)
        {
            tried.Remove("name " + name);
            if (tried.TryGetValue(From(address), out var last)) tried[From(address)] = last with { Times = last.Times - 1 };
        }
    }

    /// <summary>In milliseconds: a second after the last that was free, then twice as long each time; what is an hour old is forgotten.</summary>
    long Wait(string key, int free, long now)
    {
        if (!tried.TryGetValue(key, out var last) || last.Times < free) return 0;
        if (now - last.At >= Forgotten)
        {
            tried.Remove(key);
            return 0;
        }
        return last.At + Math.Min(Longest, Second << Math.Min(20, last.Times - free)) - now;
    }

    void Tidy(long now)
    {
        foreach (var (key, last) in tried.ToList()) if (last.At < now - Forgotten) tried.Remove(key);
        // All are of this hour: somebody makes names up. Those that were tried once are the least worth knowing.
        if (tried.Count < MostKnown) return;
        foreach (var (key, last) in tried.ToList()) if (last.Times <= 1) tried.Remove(key);
    }

    /// <summary>Of IPv6 the network, for one machine has as many addresses as it likes.</summary>
    static string From(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? "net " + Convert.ToHexString(address.GetAddressBytes(), 0, 8) : "address " + address?.MapToIPv4();

    static Refusal TooMany(string what, long wait) => new(429, $"{what}; try again in {Math.Max(1, (wait + Second - 1) / Second)} seconds. A token still signs in.");
}
