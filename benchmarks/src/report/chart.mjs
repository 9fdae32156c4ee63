// One chart for each group, drawn by Apache ECharts without a browser.

import { BarChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { duration } from './words.mjs'

use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])

const WIDTH = 960
const BAR = 13

/** Ours stands out; everyone keeps a colour through all charts (Okabe and Ito: told apart by the colour-blind). */
const COLOURS = {
  'pocket-hsm': '#d55e00',
  'pocket-hsm before': '#f0b58a',
  '@pocket-hsm/crypto': '#a04700',
  'node:crypto': '#56b4e9',
  WebCrypto: '#0072b2',
  'micro-rsa-dsa-dh': '#009e73',
  'micro-rsa-dsa-dh/rsa': '#009e73',
  elliptic: '#f0e442',
  'node-forge': '#cc79a7',
  jsrsasign: '#e69f00',
}
const OTHERS = ['#666666', '#999999', '#bbbbbb', '#444444']

const isTimed = ({ unit }) => unit === undefined

/** Whether a group measures times, which a chart can show. */
export const hasChart = ({ tasks }) => tasks.some(isTimed)

/**
 * Draws the medians of a group as bars, shorter is faster, on a logarithmic scale; what is no time is left out.
 *
 * @param {{ title: string, tasks: readonly { name: string, rows: readonly { contender: string, median: number }[] }[] }} group
 * @returns {string} SVG.
 */
export function chart({ title, tasks: all }) {
  const tasks = all.filter(isTimed)
  const contenders = [
    ...new Set(tasks.flatMap(({ rows }) => rows.map(({ contender }) => contender))),
  ]
  const height = 150 + tasks.length * 26 + tasks.length * contenders.length * BAR
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  drawing.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: {
      left: 10,
      top: 8,
      text: title,
      subtext: 'median, logarithmic scale: shorter is faster',
    },
    legend: { data: contenders, top: 62, left: 10, itemGap: 18 },
    grid: {
      left: 24,
      right: 70,
      top: 100,
      bottom: 20,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: {
      type: 'log',
      min: floorOfTen(tasks),
      // Bars begin here, and not at 1.
      startValue: floorOfTen(tasks),
      axisLabel: { formatter: duration },
      minorSplitLine: { show: false },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: tasks.map(({ name }) => name),
      axisLabel: { width: 230, overflow: 'break' },
    },
    series: contenders.map((contender, index) => ({
      name: contender,
      type: 'bar',
      barWidth: BAR - 3,
      itemStyle: { color: COLOURS[contender] ?? OTHERS[index % OTHERS.length] },
      label: {
        show: true,
        position: 'right',
        fontSize: 9,
        formatter: ({ value }) => (value ? duration(value) : ''),
      },
      data: tasks.map(
        ({ rows }) => rows.find((row) => row.contender === contender)?.median ?? null,
      ),
    })),
  })
  const svg = drawing.renderToSVGString()
  drawing.dispose()
  return svg
}

/** The power of ten below everything, so that every bar has a length. */
function floorOfTen(tasks) {
  const least = Math.min(...tasks.flatMap(({ rows }) => rows.map(({ median }) => median)))
  return 10 ** (Math.ceil(Math.log10(least)) - 1)
}
