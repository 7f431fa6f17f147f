import { toJsonSchema } from '@valibot/to-json-schema'
import type { GenericSchema } from 'valibot'
import { API_VERSION, RefusalSchema, ROUTES, type Route } from '#core/oversight/api'

type Json = Readonly<Record<string, unknown>>

/** What JSON Schema cannot say (a transformation, a check of our own) is left out: the hub refuses it all the same. */
function describe(schema: GenericSchema, mode: 'input' | 'output'): Json {
  const { $schema: _schema, ...rest } = toJsonSchema(schema, { errorMode: 'ignore', typeMode: mode }) as Json
  return rest
}

function listParameters(schema: GenericSchema | undefined, place: 'path' | 'query'): readonly Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = describe(schema, 'input') as {
    readonly properties?: Readonly<Record<string, Json>>
    readonly required?: readonly string[]
  }
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: one,
  }))
}

const REFUSALS: Readonly<Record<string, string>> = {
  '400': '请求不成形',
  '401': '没有登录，或登录已结束',
  '403': '没有这项权限，或批次已关闭',
  '404': '没有这一项，或不在范围内（两者不加区分）',
  '409': '已有另一份内容，或已被别人改过',
  '410': '已按规定删除',
  '422': '内容不合要求，指明位置',
  '429': '请求太频繁',
  '503': '暂时不能保存，请稍后再试',
}

/** 接口说明 — OpenAPI 3.1, from the same schemas that check each request. */
export function buildOpenApi(engine: string): Json {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const [name, route] of Object.entries(ROUTES) as readonly (readonly [string, Route])[]) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: {
        operationId: name,
        summary: route.title,
        description: `可用角色：${route.roles.join('、')}`,
        security: route.roles.includes('anyone') ? [] : [{ session: [] }],
        parameters: [...listParameters(route.params, 'path'), ...listParameters(route.query, 'query')],
        ...(route.body === undefined
          ? {}
          : {
              requestBody: {
                required: true,
                content: { 'application/json': { schema: describe(route.body, 'input') } },
              },
            }),
        responses: {
          [String(route.status ?? 200)]: {
            description: '成功',
            content: { 'application/json': { schema: describe(route.answer, 'output') } },
          },
          ...Object.fromEntries(
            Object.entries(REFUSALS).map(([status, description]) => [
              status,
              { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } } },
            ]),
          ),
        },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: '识档汇总端',
      version: `${API_VERSION} (${engine})`,
      description:
        '企业数字化转型自诊断的报送、名录、覆盖率与分档名单。结果为自评参考，不代表任何官方评定。改变状态的请求须带 X-Shidang: 1。',
    },
    paths,
    components: {
      schemas: { Refusal: describe(RefusalSchema, 'output') },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'shidang_session' } },
    },
  }
}
