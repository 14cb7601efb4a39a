using Microsoft.OpenApi;

namespace Skyline.Server.Api;

/// <summary>A part of a path has one name in the document, whatever each endpoint calls it: `/api/tags/{name}` and `/api/tags/{tag}` are one path.</summary>
static class JoinPaths
{
    public static void Of(OpenApiDocument document)
    {
        var joined = new OpenApiPaths();
        var named = new Dictionary<string, string>();
        // The later name wins that more of them have.
        foreach (var path in document.Paths.OrderBy(path => path.Key.Contains("{name}", StringComparison.Ordinal)).ThenBy(path => path.Key, StringComparer.Ordinal))
        {
            var shape = Shape(path.Key);
            if (!named.TryGetValue(shape, out var known))
            {
                named[shape] = path.Key;
                joined[path.Key] = path.Value;
                continue;
            }
            foreach (var (method, operation) in path.Value.Operations ?? [])
            {
                foreach (var (from, to) in Parts(path.Key).Zip(Parts(known)).Where(pair => pair.First != pair.Second)) Rename(operation, from, to);
                ((OpenApiPathItem)joined[known]).AddOperation(method, operation);
            }
        }
        document.Paths = joined;
    }

    static void Rename(OpenApiOperation operation, string from, string to)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Path && parameter.Name == from)) parameter.Name = to;
    }

    static string Shape(string path) => string.Join('/', path.Split('/').Select(part => part.StartsWith('{') ? "{}" : part));

    static IEnumerable<string> Parts(string path) => path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}'));
}
