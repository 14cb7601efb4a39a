using Skyline.Protocol;

namespace Skyline.Server.Told;

/// <summary>Addresses of this server's pages, for who reads of them elsewhere: as the server is known by, or only the path where that is not set.</summary>
sealed class Links(SkylineSettings settings)
{
    /// <summary>What this instance is called.</summary>
    public string Instance => settings.Name;

    public string? Server => settings.PublicUrl is { Length: > 0 } known ? known.TrimEnd('/') : null;

    public string To(string path) => Server + path;

    public string Build(long id) => To($"/builds/{id}");

    public string Tag(string name) => To($"/tags/{TagAddress.Of(name)}");

    public string SideTag(string name) => To($"/side-tags/{TagAddress.Of(name)}");
}
