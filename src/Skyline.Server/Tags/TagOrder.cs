using System.Collections;

namespace Skyline.Server.Tags;

/// <summary>
/// The tags that a tag is made of, each once, the nearest first and the tag itself before all; and the ways by which they are reached,
/// which say what comes through. See <see cref="Inheritance"/>.
/// </summary>
/// <param name="isWhole">False if there are more ways than are followed.</param>
sealed class TagOrder(IReadOnlyList<TagOrder.Way> ways, bool isWhole = true) : IReadOnlyList<long>
{
    readonly long[] tags = [.. ways.Select(way => way.TagId).Distinct()];

    /// <param name="Filters">The name of a package must match them all.</param>
    /// <param name="NoConfig">Settings do not come through.</param>
    public sealed record Way(long TagId, IReadOnlyList<PackageFilter> Filters, bool NoConfig)
    {
        public bool Admits(string package) => Filters.Count == 0 || Filters.All(filter => filter.Admits(package));

        /// <summary>Whether all that comes through another way to the same tag comes through this one.</summary>
        public bool LetsThrough(Way other) => (!NoConfig || other.NoConfig) && Filters.All(other.Filters.Contains);
    }

    /// <summary>Of tags between which nothing is bounded.</summary>
    public static TagOrder Of(params IEnumerable<long> tags) => new([.. tags.Select(tag => new Way(tag, [], NoConfig: false))]);

    public IReadOnlyList<Way> Ways => ways;

    public bool IsWhole => isWhole;

    /// <summary>Those whose settings count, the nearest first.</summary>
    public IReadOnlyList<long> Config { get; } = [.. ways.Where(way => !way.NoConfig).Select(way => way.TagId).Distinct()];

    public bool IsFiltered { get; } = ways.Any(way => way.Filters.Count > 0);

    public long this[int index] => tags[index];

    public int Count => tags.Length;

    public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)tags).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => tags.GetEnumerator();
}
