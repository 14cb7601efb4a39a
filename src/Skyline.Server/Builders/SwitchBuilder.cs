using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

/// <summary>Gives a builder work again, drains it or disables it, and weighs it. What it runs it finishes, whichever is done.</summary>
public sealed class SwitchBuilder(Database database, Bells bells)
{
    public const int LeastWeight = 1, MostWeight = 100, LongestReason = 200;

    public Task<Refusal?> Enable(string name, CancellationToken ct) => Change(name, "UPDATE builders SET enabled = 1, draining = 0, leaving = 0, reason = NULL WHERE name = @name AND removed_at IS NULL", null, ct);

    public Task<Refusal?> Disable(string name, BuilderOrder? order, CancellationToken ct) => Change(name, "UPDATE builders SET enabled = 0, draining = 0, leaving = 0, reason = @reason WHERE name = @name AND removed_at IS NULL", order, ct);

    public Task<Refusal?> Drain(string name, BuilderOrder? order, CancellationToken ct) => Change(name, "UPDATE builders SET enabled = 0, draining = 1, leaving = 0, reason = @reason WHERE name = @name AND removed_at IS NULL", order, ct);

    public Task<Refusal?> Edit(string name, BuilderEdit edit, CancellationToken ct) => edit.Weight is { } weight and (< LeastWeight or > MostWeight)
        ? Task.FromResult<Refusal?>(new(400, $"A builder's weight is from {LeastWeight} to {MostWeight}, and {weight} is not."))
        : Write(name, "UPDATE builders SET weight = coalesce(@Weight, weight) WHERE name = @name AND removed_at IS NULL", new { name, edit.Weight }, ct);

    Task<Refusal?> Change(string name, string sql, BuilderOrder? order, CancellationToken ct)
    {
        var reason = Said.Line(order?.Reason, LongestReason + 1);
        return reason.Length > LongestReason
            ? Task.FromResult<Refusal?>(new(400, $"A reason has up to {LongestReason} characters."))
            : Write(name, sql, new { name, reason = reason.Length == 0 ? null : reason }, ct);
    }

    async Task<Refusal?> Write(string name, string sql, object args, CancellationToken ct)
    {
        var changed = await database.Write(tx =>
        {
            var before = Of(tx, name);
            var id = tx.One<long?>(sql + " RETURNING id", args);
            if (id is not null) tx.Note("changed", $"builder {name}", before, Of(tx, name), id);
            return id;
        }, ct);
        bells.Ring(Bells.Work);
        if (changed is { } id) bells.Ring(Bells.Builder(id));
        return changed is null ? None(name) : null;
    }

    sealed record Switched(long Enabled, long Draining, string? Reason, long Weight);

    static Switched? Of(System.Data.IDbTransaction tx, string name) => tx.One<Switched>("SELECT enabled AS Enabled, draining AS Draining, reason AS Reason, weight AS Weight FROM builders WHERE name = @name", new { name });

    public static Refusal None(string name) => new(404, $"There is no builder '{name}'.");
}
