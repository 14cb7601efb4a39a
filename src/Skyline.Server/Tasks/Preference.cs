namespace Skyline.Server.Tasks;

/// <summary>A builder that waits for work, as it stands now.</summary>
/// <param name="Since">When it began to wait.</param>
public sealed record Standing(long Builder, int Weight, int Running, int Slots, long Since);

/// <summary>Which of the builders that wait is asked first, purely: the heaviest, then the idlest, then who has waited longest.</summary>
public static class Preference
{
    /// <summary>The lower is asked first.</summary>
    public static (int, double, long) Rank(Standing one) => (-one.Weight, (double)one.Running / Math.Max(1, one.Slots), one.Since);

    public static IReadOnlyList<Standing> Order(IEnumerable<Standing> waiting) => [.. waiting.OrderBy(Rank)];
}
