using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skyline.Benchmarks;

/// <summary>One thing measured. A benchmark says whether its goal holds; it does not fail.</summary>
/// <param name="Metric">What was measured, in words.</param>
/// <param name="Goal">As a person reads it: "≤ 1.0".</param>
public sealed record BenchResult(string Metric, double Value, string Unit, string Goal, bool Holds)
{
    public static BenchResult AtMost(string metric, double value, string unit, double most) =>
        new(metric, value, unit, string.Create(CultureInfo.InvariantCulture, $"≤ {most}"), value <= most);

    public static BenchResult AtLeast(string metric, double value, string unit, double least) =>
        new(metric, value, unit, string.Create(CultureInfo.InvariantCulture, $"≥ {least}"), value >= least);

    /// <summary>Measured to stand beside another figure, with no goal of its own.</summary>
    public static BenchResult Beside(string metric, double value, string unit) => new(metric, value, unit, "none", true);
}

/// <summary>Results as people and as programs read them.</summary>
static class BenchReport
{
    public static void Print(BenchResult result) =>
        Console.WriteLine($"{(result.Holds ? "holds " : "MISSED")}  {result.Metric,-78} {result.Value,10:0.###} {result.Unit,-6} goal {result.Goal}");

    public static void Save(string path, IReadOnlyList<BenchResult> results)
    {
        var json = new BenchJson(new(BenchJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        File.WriteAllText(path, JsonSerializer.Serialize(results, json.IReadOnlyListBenchResult) + "\n");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<BenchResult>))]
sealed partial class BenchJson : JsonSerializerContext;
