using System.Security.Claims;
using MudBlazor;
using Skyline.Server.People;

namespace Skyline.Server.Shell;

/// <param name="Name">The English words, a key of <see cref="Words"/>.</param>
/// <param name="Icon">A constant of MudBlazor's Icons.</param>
/// <param name="Needs">What somebody must be let do to be led there.</param>
sealed record MenuPlace(string Name, string Address, string Icon, Right Needs = Right.Read);

/// <summary>The main menu, part by part; what somebody has no right to is not in theirs.</summary>
static class MenuPlaces
{
    static readonly IReadOnlyList<(string Title, IReadOnlyList<MenuPlace> Places)> all =
    [
        ("",
        [
            new("Home", "/", Icons.Material.Outlined.Home),
            new("Builds", "/builds", Icons.Material.Outlined.Inventory2),
            new("New build", "/new", Icons.Material.Outlined.AddBox, Right.Build),
            new("Chains and batches", "/batches", Icons.Material.Outlined.AccountTree),
            new("Mass rebuilds", "/mass-rebuilds", Icons.Material.Outlined.Cyclone),
            new("Schedules", "/schedules", Icons.Material.Outlined.CalendarMonth),
        ]),
        ("Content",
        [
            new("Tags", "/tags", Icons.Material.Outlined.Sell),
            new("Targets", "/targets", Icons.Material.Outlined.GpsFixed),
            new("Side tags", "/side-tags", Icons.Material.Outlined.AltRoute),
            new("Repositories", "/repositories", Icons.Material.Outlined.FolderCopy),
            new("Advisories", "/advisories", Icons.Material.Outlined.HealthAndSafety),
            new("External repositories", "/externals", Icons.Material.Outlined.CloudDownload),
            new("Keys", "/keys", Icons.Material.Outlined.Key),
        ]),
        ("Running it",
        [
            new("Builders", "/builders", Icons.Material.Outlined.Dns),
            new("Approvals", "/approvals", Icons.Material.Outlined.HowToReg, Right.Self),
            new("Keeping", "/keeping", Icons.Material.Outlined.Storage),
            new("People", "/people", Icons.Material.Outlined.People, Right.Administer),
            new("Audit log", "/audit", Icons.Material.Outlined.ReceiptLong, Right.Administer),
            new("Settings", "/settings", Icons.Material.Outlined.Tune, Right.Administer),
            new("Health", "/health", Icons.Material.Outlined.MonitorHeart, Right.Administer),
            new("Help", "/help", Icons.Material.Outlined.HelpOutline),
        ]),
    ];

    public static IEnumerable<(string Title, IEnumerable<MenuPlace> Places)> For(ClaimsPrincipal? who) =>
        all.Select(part => (part.Title, part.Places.Where(place => place.Needs == Right.Read || who?.May(place.Needs) == true))).Where(part => part.Item2.Any());
}
