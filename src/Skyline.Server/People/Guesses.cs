using System.Collections.Concurrent;
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

    readonly ConcurrentDictionary<string, Tried> tried = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Counts this try as one in vain until it is known to be none, so that a hundred at once are no way round.</summary>
    public Refusal? Begin(string name, IPAddress? address)
    {
        if (Wait(OfName(name), FreeForName) is > 0 and var held) return TooMany($"It was tried too often to sign in as '{name}'", held);
        if (Wait(OfAddress(address), FreeFromAddress) is > 0 and var wait) return TooMany("Too many tries to sign in came from your address", wait);
        if (tried.Count >= MostKnown) Tidy();
        foreach (var key in new[] { OfName(name), OfAddress(address) }) tried.AddOrUpdate(key, _ => new(1, time.Stamp()), (_, last) => new(last.Times + 1, time.Stamp()));
        return null;
    }

    public void Succeeded(string name, IPAddress? address)
    {
        tried.TryRemove(OfName(name), out _);
        tried.AddOrUpdate(OfAddress(address), _ => new(0, time.Stamp()), (_, last) => last with { Times = Math.Max(0, last.Times - 1) });
    }

    /// <summary>In milliseconds: a second after the last that was free, then twice as long each time.</summary>
    long Wait(string key, int free)
    {
        if (!tried.TryGetValue(key, out var last) || last.Times < free) return 0;
        var wait = Math.Min(Longest, Second << Math.Min(20, last.Times - free));
        return last.At + wait - time.Stamp();
    }

    void Tidy()
    {
        var old = time.Stamp() - Forgotten;
        foreach (var (key, last) in tried) if (last.At < old) tried.TryRemove(key, out _);
        // All are of this hour: somebody makes names up. Those that were tried once are the least worth knowing.
        if (tried.Count < MostKnown) return;
        foreach (var (key, last) in tried) if (last.Times <= 1) tried.TryRemove(key, out _);
    }

    static string OfName(string name) => "name " + name;

    /// <summary>Of IPv6 the network, for one machine has as many addresses as it likes.</summary>
    static string OfAddress(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? "net " + Convert.ToHexString(address.GetAddressBytes(), 0, 8) : "address " + address?.MapToIPv4();

    static Refusal TooMany(string what, long wait) => new(429, $"{what}; try again in {Math.Max(1, (wait + Second - 1) / Second)} seconds. A token still signs in.");
}
