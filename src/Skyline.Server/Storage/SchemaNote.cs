using System.Globalization;

namespace Skyline.Server.Storage;

/// <summary>
/// Which schema the data are of, or are about to become, in a file that a package's scriptlet can read: an older package refuses to take a
/// newer one's place (rpm/skyline.spec). Written before the data are taken over: a start that is killed between leaves a package that refuses
/// without need, and never one that should have refused.
/// </summary>
static class SchemaNote
{
    public const string File = "schema";

    public static void Write(string data, int schema)
    {
        var file = Path.Combine(data, File);
        // What a newer version has left is not made less by an older one that somebody tries on it.
        if (Read(file) >= schema) return;
        var beside = file + ".new";
        System.IO.File.WriteAllText(beside, schema.ToString(CultureInfo.InvariantCulture) + "\n");
        System.IO.File.Move(beside, file, overwrite: true);
    }

    static int Read(string file) =>
        System.IO.File.Exists(file) && int.TryParse(System.IO.File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture, out var schema) ? schema : 0;
}
