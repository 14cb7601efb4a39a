using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Builders;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Pools;

/// <summary>Makes pools, changes how large they may be, and ends them; gives a pool another token, or none.</summary>
public sealed partial class WritePool(Database database, Bells bells, TimeProvider time)
{
    const int MostOfOne = 1000, MostSlots = 1024, LongestIdle = 86_400, MostArches = 10;

    static string OwnArch => RuntimeInformation.OSArchitecture switch { Architecture.Arm64 => "aarch64", Architecture.Ppc64le => "ppc64le", Architecture.S390x => "s390x", _ => "x86_64" };

    public async Task<(MadePool? Pool, Refusal? Why)> Create(NewPool wanted, CancellationToken ct)
    {
        if (!Names.IsGood(wanted.Name)) return (null, new(400, $"A pool cannot be called '{wanted.Name}': a name is {Names.Rule}."));
        if (WhyNot(wanted.Service, wanted.Least ?? 0, wanted.Most, wanted.Slots ?? 1, wanted.IdleSeconds ?? 300) is { } bad) return (null, bad);
        var arches = wanted.Arches is { Count: > 0 } some ? some : [OwnArch];
        if (arches.Count > MostArches || arches.Any(arch => arch is null || !Arch().IsMatch(arch))) return (null, new(400, $"A pool builds for up to {MostArches} architectures, by rpm's names for them, such as x86_64."));
        var token = Token.New();
        var made = await database.Write<(MadePool?, Refusal?)>(tx =>
        {
            if (Channel.Find(tx.Connection!, wanted.Channel ?? Channel.Default) is not { } channel) return (null, Channel.None(wanted.Channel, 400));
            if (WhyTaken(tx, wanted.Service ?? "", null) is { } taken) return (null, taken);
            if (tx.One<long?>("""
                INSERT INTO pools (name, channel_id, arches, service, least, most, slots, idle_seconds, token_sha256, created_at)
                VALUES (@Name, @channel, @arches, @service, @least, @Most, @slots, @idle, @hash, @now) ON CONFLICT DO NOTHING RETURNING id
                """, new
            {
                wanted.Name, channel = channel.Id, arches = string.Join(' ', arches), service = wanted.Service ?? "", least = wanted.Least ?? 0, wanted.Most, slots = wanted.Slots ?? 1,
                idle = wanted.IdleSeconds ?? 300, hash = Token.Hash(token), now = time.Stamp(),
            }) is not { } id) return (null, new(409, $"There is a pool '{wanted.Name}' already."));
            tx.Note("created", $"pool {wanted.Name}", after: new { Channel = channel.Name, Arches = string.Join(' ', arches), wanted.Service, wanted.Least, wanted.Most, wanted.Slots }, id: id);
            return (new(Pool.Find(tx.Connection!, wanted.Name)!.OnTheWire(tx.Connection!), token), null);
        }, ct);
        bells.Ring(Bells.Pools);
        return made;
    }

    public Task<Refusal?> Edit(string name, PoolEdit edit, CancellationToken ct) => Change(name, (tx, pool) =>
    {
        var (service, least, most, slots, idle) = (edit.Service ?? pool.Service, edit.Least ?? pool.Least, edit.Most ?? pool.Most, edit.Slots ?? pool.Slots, edit.IdleSeconds ?? pool.IdleSeconds);
        if ((WhyNot(service, least, most, slots, idle) ?? WhyTaken(tx, service, pool.Id)) is { } bad) return bad;
        tx.Execute("UPDATE pools SET service = @service, least = @least, most = @most, slots = @slots, idle_seconds = @idle WHERE id = @Id", new { pool.Id, service, least, most, slots, idle });
        tx.Note("changed", $"pool {name}", new { pool.Service, pool.Least, pool.Most, pool.Slots, pool.IdleSeconds }, new { Service = service, Least = least, Most = most, Slots = slots, IdleSeconds = idle }, pool.Id);
        return null;
    }, ct);

    /// <summary>Another token, from now on the only one; builders that have joined have their own, and stay.</summary>
    public async Task<(MadePool? Pool, Refusal? Why)> NewToken(string name, CancellationToken ct)
    {
        var token = Token.New();
        var why = await Change(name, (tx, pool) => SetToken(tx, pool, Token.Hash(token), "given another token"), ct);
        return why is not null ? (null, why) : (new(database.Read(db => Pool.Find(db, name)!.OnTheWire(db)), token), null);
    }

    public Task<Refusal?> RevokeToken(string name, CancellationToken ct) => Change(name, (tx, pool) => SetToken(tx, pool, null, "closed"), ct);

    static Refusal? SetToken(System.Data.IDbTransaction tx, Pool pool, string? hash, string act)
    {
        tx.Execute("UPDATE pools SET token_sha256 = @hash WHERE id = @Id", new { pool.Id, hash });
        tx.Note(act, $"pool {pool.Name}", id: pool.Id);
        return null;
    }

    public Task<Refusal?> Remove(string name, CancellationToken ct) => Change(name, (tx, pool) =>
    {
        if (tx.One<int>("SELECT count(*) FROM builders WHERE pool_id = @Id AND removed_at IS NULL", pool) is var left and > 0)
            return new(409, $"Pool '{name}' has {left} builder{(left == 1 ? "" : "s")}: set what it has at most to 0 (skyline pool edit {name} --least 0 --most 0), and remove it when they are gone.");
        tx.Execute("UPDATE builders SET pool_id = NULL WHERE pool_id = @Id", pool);
        tx.Execute("DELETE FROM pools WHERE id = @Id", pool);
        tx.Note("removed", $"pool {name}", id: pool.Id);
        return null;
    }, ct);

    async Task<Refusal?> Change(string name, Func<System.Data.IDbTransaction, Pool, Refusal?> act, CancellationToken ct)
    {
        var why = await database.Write(tx => Pool.Find(tx.Connection!, name) is { } pool ? act(tx, pool) : Pool.None(name), ct);
        bells.Ring(Bells.Pools);
        return why;
    }

    static Refusal? WhyNot(string? service, int least, int most, int slots, int idle) =>
        service is { Length: > 0 } && !ServiceName().IsMatch(service) ? new(400, "A Swarm service's name is letters, digits, _ and -, up to 50 of them.")
        : most is < 0 or > MostOfOne || least < 0 || least > most ? new(400, $"A pool has from 0 to {MostOfOne} builders, and not more at least than at most.")
        : slots is < 1 or > MostSlots ? new(400, $"A builder has 1 to {MostSlots} slots.")
        : idle is < 1 or > LongestIdle ? new(400, $"A builder is let go after 1 to {LongestIdle} seconds in which fewer were enough.")
        : null;

    static Refusal? WhyTaken(System.Data.IDbTransaction tx, string service, long? own) => service.Length > 0
        && tx.One<string>("SELECT name FROM pools WHERE service = @service AND (@own IS NULL OR id <> @own)", new { service, own }) is { } other ? new(409, $"The service '{service}' is that of pool '{other}'; a service is one pool's.") : null;

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$", RegexOptions.NonBacktracking)]
    private static partial Regex ServiceName();

    [GeneratedRegex("^[a-z0-9_]{1,32}$", RegexOptions.NonBacktracking)]
    private static partial Regex Arch();
}
