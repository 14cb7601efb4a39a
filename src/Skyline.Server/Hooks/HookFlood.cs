using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Skyline.Server.Storage;

namespace Skyline.Server.Hooks;

/// <summary>
/// How much may come to hooks, by the minute and in memory: from one address as long as its signatures are not seen to be right, and of one hook. A body that is
/// large is read beside few others.
/// </summary>
sealed class HookFlood(TimeProvider time)
{
    public const int FromAddress = 300, OfHook = 120;
    const int MostKnown = 20_000, LargeAtOnce = 3;
    const long Minute = 60_000;

    readonly Lock gate = new();
    readonly Dictionary<string, int> counted = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<long, (long Times, long At)> wrong = new();
    long minute;

    /// <summary>Bodies of more than 256 KiB, or of no said length: so many at a time.</summary>
    public SemaphoreSlim Large { get; } = new(LargeAtOnce, LargeAtOnce);

    /// <returns>In how many seconds to come again; null: it may come now.</returns>
    public int? Enter(IPAddress? address) => Count(From(address), FromAddress);

    public int? Enter(long hook) => Count($"hook {hook}", OfHook);

    /// <summary>Its signature was right: it is no stranger's, and does not count among those.</summary>
    public void Known(IPAddress? address)
    {
        lock (gate)
            if (counted.TryGetValue(From(address), out var times)) counted[From(address)] = times - 1;
    }

    public void Wrong(long hook) => wrong.AddOrUpdate(hook, (1, time.Stamp()), (_, before) => (before.Times + 1, time.Stamp()));

    public long WrongOf(long hook) => wrong.TryGetValue(hook, out var known) ? known.Times : 0;

    int? Count(string who, int most)
    {
        var now = time.Stamp();
        lock (gate)
        {
            // A new minute, or somebody who has many addresses: counting begins anew.
            if (now / Minute != minute || counted.Count >= MostKnown) counted.Clear();
            minute = now / Minute;
            var times = counted.GetValueOrDefault(who);
            if (times >= most) return (int)(((minute + 1) * Minute - now + 999) / 1000);
            counted[who] = times + 1;
            return null;
        }
    }

    /// <summary>Of IPv6 the network, for one machine has as many addresses as it likes.</summary>
    static string From(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? "net " + Convert.ToHexString(address.GetAddressBytes(), 0, 8) : "address " + address?.MapToIPv4();
}
