using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Chains;

/// <summary>A chain's order for people: its links, what each member waits for and which of its BuildRequires that meets, cycles and how they are gone round.</summary>
static class ShowPlan
{
    const int MostNamed = 20;

    public static void Write(TextWriter to, ChainPlan plan)
    {
        foreach (var link in plan.Links)
        {
            to.WriteLine($"Link {link.Link}");
            foreach (var member in link.Members)
            {
                to.WriteLine(Untrusted.Line($"  {member.Nvr}{(member.Bootstrap ? " (bootstrap)" : "")}"));
                foreach (var need in member.Needs.GroupBy(need => (need.Nvr, need.Bootstrap))) to.WriteLine(Untrusted.Line($"    after {need.Key.Nvr}{(need.Key.Bootstrap ? " (bootstrap)" : "")}{Why(need)}"));
            }
        }
        foreach (var cycle in plan.Cycles)
            to.WriteLine(Untrusted.Line($"A cycle: {string.Join(" needs ", cycle.Way)}. Built twice, first with bootstrap: {string.Join(", ", cycle.Bootstrapped)}."));
        foreach (var from in (plan.Inputs ?? []).Where(input => input.From is ChainInputFrom.Tag or ChainInputFrom.External).GroupBy(input => (input.From, input.Where)))
            to.WriteLine(Untrusted.Line($"{(from.Key.From == ChainInputFrom.Tag ? $"Tag {from.Key.Where}" : $"External repository {from.Key.Where}")} has {string.Join(", ", from.Take(MostNamed).Select(input => input.Requirement))}{(from.Count() > MostNamed ? $" and {from.Count() - MostNamed} more" : "")}"));
        foreach (var note in plan.Notes) to.WriteLine(Untrusted.Line($"Note: {note}"));
    }

    static string Why(IEnumerable<ChainNeed> needs)
    {
        var reasons = needs.Where(need => need.Requirement is not null).Select(need =>
            need.Foreseen is { } foreseen ? $"{need.MetBy} is foreseen to provide {need.Requirement} ({foreseen})"
            : need.MetBy is null || need.Requirement!.StartsWith(need.MetBy, StringComparison.Ordinal) ? need.Requirement : $"{need.Requirement} ({need.MetBy})").Distinct().ToList();
        return reasons.Count == 0 ? "" : $": {string.Join(", ", reasons)}";
    }
}
