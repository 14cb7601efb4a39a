using System.Security.Claims;
using MudBlazor;
using Skyline.Server.Finding;
using Skyline.Server.People;

namespace Skyline.Server.Shell;

/// <param name="Icon">A constant of MudBlazor's Icons.</param>
/// <param name="Name">The English words, a key of <see cref="Words"/>.</param>
sealed record MenuPlace(Place Place, string Icon, string Name)
{
    public string Address => Place.Address;
}

/// <summary>The main menu, part by part: some of <see cref="Places"/>, and of them those that somebody may open.</summary>
static class MenuPlaces
{
    static readonly IReadOnlyList<(string Title, IReadOnlyList<MenuPlace> Places)> all =
    [
        ("",
        [
            At("/", Icons.Material.Outlined.Home),
            At("/builds", Icons.Material.Outlined.Inventory2),
            At("/new", Icons.Material.Outlined.AddBox),
            At("/batches", Icons.Material.Outlined.AccountTree, "Chains and batches"),
            At("/mass-rebuilds", Icons.Material.Outlined.Cyclone),
            At("/schedules", Icons.Material.Outlined.CalendarMonth),
        ]),
        ("Content",
        [
            At("/tags", Icons.Material.Outlined.Sell),
            At("/targets", Icons.Material.Outlined.GpsFixed),
            At("/side-tags", Icons.Material.Outlined.AltRoute),
            At("/repositories", Icons.Material.Outlined.FolderCopy),
            At("/advisories", Icons.Material.Outlined.HealthAndSafety),
            At("/externals", Icons.Material.Outlined.CloudDownload),
            At("/keys", Icons.Material.Outlined.Key),
        ]),
        ("Running it",
        [
            At("/builders", Icons.Material.Outlined.Dns),
            At("/approvals", Icons.Material.Outlined.HowToReg),
            At("/keeping", Icons.Material.Outlined.Storage),
            At("/people", Icons.Material.Outlined.People),
            At("/audit", Icons.Material.Outlined.ReceiptLong),
            At("/settings", Icons.Material.Outlined.Tune),
            At("/health", Icons.Material.Outlined.MonitorHeart),
            At("/help", Icons.Material.Outlined.HelpOutline),
        ]),
    ];

    /// <param name="name">Where more than that page is meant; else it is called as everywhere.</param>
    static MenuPlace At(string address, string icon, string? name = null)
    {
        var place = Finding.Places.All.First(place => place.Address == address);
        return new(place, icon, name ?? place.Title);
    }

    public static IEnumerable<(string Title, IEnumerable<MenuPlace> Places)> For(ClaimsPrincipal? who, Right ofAnonymous)
    {
        var open = Finding.Places.For(who, ofAnonymous).ToHashSet();
        return all.Select(part => (part.Title, part.Places.Where(one => open.Contains(one.Place)))).Where(part => part.Item2.Any());
    }
}
