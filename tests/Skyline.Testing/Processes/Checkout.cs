namespace Skyline.Testing;

/// <summary>Where this checkout's parts are, found from where the test itself runs.</summary>
public static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>"Debug" or "Release": as the test itself was built.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    /// <summary>The built program of a project under src, as a release ships it where its build makes that too: Program("Skyline.Server", "skyline-server").</summary>
    public static string Program(string project, string name)
    {
        var built = Path.Combine(Root, "src", project, "bin", Configuration, "net10.0");
        var (dll, shipped) = (Path.Combine(built, name + ".dll"), Path.Combine(built, "publish", name + ".dll"));
        // One that an earlier build left behind is not what was built.
        return File.Exists(shipped) && File.GetLastWriteTimeUtc(shipped) >= File.GetLastWriteTimeUtc(dll) ? shipped : File.Exists(dll) ? dll : throw new FileNotFoundException($"{dll} is not there: build {project} ({Configuration}) first.");
    }

    public static string Chroots => Path.Combine(Root, "packaging", "chroots");

    /// <summary>The folder whose `repo` is TestOS; `./dev test` makes it and says where by the environment.</summary>
    public static string TestOs =>
        Environment.GetEnvironmentVariable("SKYLINE_TESTOS") is { Length: > 0 } folder && Directory.Exists(Path.Combine(folder, "repo"))
            ? folder
            : throw new InvalidOperationException("TestOS is not there: run `./dev test`, or `packaging/testos/make FOLDER` and set SKYLINE_TESTOS=FOLDER.");

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Skyline.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"There is no Skyline.sln above {AppContext.BaseDirectory}: run the tests from a checkout.");
    }
}
