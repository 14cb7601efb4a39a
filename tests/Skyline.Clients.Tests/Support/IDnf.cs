using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>dnf, in one of its two generations, with configuration, cache and installation root of a test's own.</summary>
interface IDnf
{
    /// <summary>A folder as dnf names it; it may be empty still.</summary>
    string Inside(string name);

    /// <summary>The same folder as the test names it.</summary>
    string OnHost(string name);

    void AddRepo(string file, string text);

    void ConfigureCopr(string file, string text);

    ToolResult Run(params IEnumerable<string> arguments);

    /// <summary>The plugin, as it writes into the configuration that the other commands read.</summary>
    ToolResult Copr(params IEnumerable<string> arguments);

    /// <summary>rpm, on what dnf has installed.</summary>
    ToolResult Rpm(params IEnumerable<string> arguments);

    static IDnf Of(int generation, string folder) => generation == 4 ? new Dnf4(folder) : new Dnf5(folder);
}
