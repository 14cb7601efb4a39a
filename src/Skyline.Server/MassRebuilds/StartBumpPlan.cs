using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.MassRebuilds;

/// <summary>Plans a soname bump and, where that is asked for, begins exactly that plan.</summary>
static class StartBumpPlan
{
    /// <returns>The plan, with the number of its mass rebuild where it was begun; or why not.</returns>
    public static async Task<(BumpPlan? Plan, Refusal? Why)> Begin(NewBumpPlan wanted, long person, PlanSoname planner, StartRebuild start, TimeProvider time, CancellationToken ct)
    {
        var (plan, why) = await planner.Plan(wanted, ct);
        if (plan is null || !wanted.Start) return (plan?.Told, why);
        if (plan.WhyNoStart is { } no) return (null, new(409, no));
        if (wanted.Digest is { } seen && seen != plan.Told.Digest) return (null, new(409, $"The plan for {plan.Told.New} is another by now, for '{plan.Told.Tag}' has changed; look at it again."));
        var asked = new NewMassRebuild(wanted.Target, new(), plan.Rebuild.Title, wanted.Changelog, wanted.Author, Priority: wanted.Priority, Retries: wanted.Retries, StopAtFailures: true);
        var (terms, bad) = RebuildTerms.Of(asked, plan.Rebuild.Title, time.GetUtcNow());
        if (terms is null) return (null, bad);
        var (batch, refusal) = await start.Start(plan.Rebuild, terms, plan.First, person, ct);
        return batch is null ? (null, refusal) : (plan.Told with { MassRebuild = batch }, null);
    }
}
