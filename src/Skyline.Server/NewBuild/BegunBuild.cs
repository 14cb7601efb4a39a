using System.Data;
using System.Globalization;
using Microsoft.Extensions.Primitives;
using Skyline.Server.Storage;

namespace Skyline.Server.NewBuild;

/// <summary>A build that was begun from the page, as that shows it.</summary>
public sealed record BegunBuild(long Id, string Nvr, string State)
{
    const int Most = 250;

    /// <param name="asked">Numbers from an address; what is none, or names nothing, is left out.</param>
    public static IReadOnlyList<BegunBuild> Of(IDbConnection db, StringValues asked) =>
        [.. asked.Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0).Distinct().Take(Most) is var ids && ids.Any()
            ? db.All<BegunBuild>("SELECT id AS Id, nvr AS Nvr, state AS State FROM builds WHERE id IN @ids ORDER BY id", new { ids }) : []];
}
